"""Signed addresses of cases: whoever has one may read what was written to them there and add to it, and nothing else."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from trustdesk.kernel.base.refusal import NotFound

_signer = Signer(salt="case")


class NoSuchLink(NotFound):
    """This link leads to no question. Perhaps it was copied without its last letters."""


def path_of(case_id: UUID) -> str:
    return f"/q/{_signer.sign(str(case_id))}"


def url_of(case_id: UUID) -> str:
    return f"{settings.PUBLIC_URL}{path_of(case_id)}"


def case_of(token: str) -> UUID:
    """The case a signed address names. Raises NoSuchLink."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise NoSuchLink from None
