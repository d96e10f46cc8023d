"""Signed addresses of hand-overs to teams outside: whoever has one may read that question and answer it, nothing else."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from trustdesk.kernel.base.refusal import NotFound

_signer = Signer(salt="escalation.outside")


class NoSuchQuestion(NotFound):
    """This link leads to no question of ours. Perhaps it was copied without its last letters, or its time is over."""


def path_of(talk_id: UUID) -> str:
    return f"/t/{_signer.sign(str(talk_id))}"


def url_of(talk_id: UUID) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}{path_of(talk_id)}"


def talk_of(token: str) -> UUID:
    """The hand-over a signed address names. Raises NoSuchQuestion."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise NoSuchQuestion from None
