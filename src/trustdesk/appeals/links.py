"""Signed addresses of appeals: whoever has one may read that appeal, answer and withdraw it, and nothing else."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.rules import Allowance

_signer = Signer(salt="appeal")


class NoSuchLink(NotFound):
    """This link leads to no appeal. Perhaps it was copied without its last letters."""


def path_of(appeal_id: UUID) -> str:
    return f"/a/{_signer.sign(str(appeal_id))}"


def url_of(appeal_id: UUID) -> str:
    return f"{settings.PUBLIC_URL}{path_of(appeal_id)}"


def appeal_of(token: str) -> UUID:
    """The appeal a signed address names. Raises NoSuchLink."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise NoSuchLink from None


def as_user(who: str) -> Actor:
    """The actor of who holds a signed link: a platform user who may appeal and bring files, and nothing else."""
    return Actor(kind="user", id=who, allowances=frozenset({Allowance("appeals.write"), Allowance("files.write")}))
