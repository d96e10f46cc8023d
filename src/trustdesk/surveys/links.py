"""Signed addresses of surveys: whoever has one may answer it and say that they want none, and nothing else."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from trustdesk.kernel.base.refusal import NotFound

_signer = Signer(salt="survey")


class NoSuchSurvey(NotFound):
    """This link leads to no question of ours. Perhaps it was copied without its last letters."""


def path_of(survey_id: UUID) -> str:
    return f"/v/{_signer.sign(str(survey_id))}"


def url_of(survey_id: UUID) -> str:
    return f"{settings.PUBLIC_URL}{path_of(survey_id)}"


def survey_of(token: str) -> UUID:
    """The survey a signed address names. Raises NoSuchSurvey."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise NoSuchSurvey from None
