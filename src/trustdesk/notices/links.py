"""Signed public addresses: a notice's own page, a trusted flagger's form. They open one thing, without an account."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

_notice = Signer(salt="notice")
_flagger = Signer(salt="notice.flagger")


def notice_url(notice: UUID) -> str:
    return f"{settings.PUBLIC_URL}{notice_path(notice)}"


def notice_path(notice: UUID) -> str:
    return f"/n/{_notice.sign(str(notice))}"


def notice_of_token(token: str) -> UUID:
    """The notice a signed address names. Raises BadSignature."""
    return _id(_notice.unsign(token))


def flagger_path(flagger: UUID, link: int) -> str:
    """The form in a flagger's name: whoever holds this address speaks for it, until it is given a new one."""
    return f"/report/as/{_flagger.sign(f'{flagger}.{link}')}"


def flagger_of_token(token: str) -> tuple[UUID, int]:
    """The flagger a signed address names, and the number of the address. Raises BadSignature."""
    name, _, link = _flagger.unsign(token).partition(".")
    if not link.isdecimal():
        raise BadSignature
    return _id(name), int(link)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadSignature from None
