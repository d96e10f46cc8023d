"""What the desk knows of itself when it reads mail: from the settings."""

from django.conf import settings

from trustdesk.post.mail.reading import Desk
from trustdesk.post.mail.threads import TakesPart, purpose_key


def desk(*, mailbox: str = "", takes_part: TakesPart | None = None) -> Desk:
    """For mail that came for `mailbox` ("" for any). `takes_part` asks the database who takes part in which case."""
    return Desk(
        authserv=settings.MAIL_AUTHSERV,
        domain=settings.MAIL_DOMAIN,
        keys=[purpose_key(str(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)],
        mailbox=mailbox,
        takes_part=takes_part,
    )
