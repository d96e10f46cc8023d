"""Which remote model there is, as the operator set it up. Checked when the process starts."""

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Part of each signal's version: raised when the same text would be asked about in other words.
WORDING = "1"


@dataclass(frozen=True)
class Remote:
    """`url`: the base that `/moderations` and `/chat/completions` follow, such as https://models.example/v1. A model
    named "" is not asked. Limits count for all processes together, for one day in UTC. `timeout`: seconds for a question
    with all its tries. `private`: the endpoint may be a machine of one's own network."""

    url: str
    key: str = field(default="", repr=False)
    moderation_model: str = ""
    chat_model: str = ""
    requests_a_day: int = 1_000
    tokens_a_day: int = 1_000_000
    timeout: float = 20.0
    private: bool = False

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ImproperlyConfigured("TRUSTDESK_REMOTE_MODEL_URL is no valid address.") from None
        if parts.scheme not in {"https", "http"} or not host:
            raise ImproperlyConfigured("TRUSTDESK_REMOTE_MODEL_URL must be an https:// address.")
        if parts.scheme == "http" and not self.private:
            raise ImproperlyConfigured(
                "TRUSTDESK_REMOTE_MODEL_URL must be https: the key would travel in the clear. A machine of your own network"
                " may be http, with TRUSTDESK_REMOTE_MODEL_PRIVATE=allow."
            )
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                "TRUSTDESK_REMOTE_MODEL_URL must hold no user, password, query or fragment; the key has a setting of its own."
            )
        if not self.key.isascii() or not self.key.isprintable():
            raise ImproperlyConfigured("TRUSTDESK_REMOTE_MODEL_KEY holds marks that no header may hold.")
        if not (self.moderation_model or self.chat_model):
            raise ImproperlyConfigured(
                "TRUSTDESK_REMOTE_MODEL_URL is set but no model: name TRUSTDESK_REMOTE_MODERATION_MODEL,"
                " TRUSTDESK_REMOTE_CHAT_MODEL or both."
            )
        if not 1 <= self.timeout <= 120:
            raise ImproperlyConfigured("TRUSTDESK_REMOTE_MODEL_TIMEOUT is a number of seconds from 1 to 120.")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def version(self, model: str) -> str:
        """Twelve marks that change with the endpoint, the model and our wording: what others said is asked anew."""
        return hashlib.sha256(f"{WORDING}\n{self.url.rstrip('/')}\n{model}".encode()).hexdigest()[:12]


def configured() -> Remote | None:
    """The remote model of the settings; None when there is none. Raises ImproperlyConfigured."""
    told: dict[str, Any] = settings.REMOTE_MODEL
    return Remote(**told) if told["url"] else None
