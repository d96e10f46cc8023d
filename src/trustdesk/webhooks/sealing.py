"""Secrets of endpoints at rest: sealed, so a copy of the database signs nothing."""

import base64
import secrets

from trustdesk.web import sealing

PREFIX = "whsec_"
_PURPOSE = "trustdesk webhook secrets"


class SecretUnreadable(Exception):
    """The desk's secret key changed since this secret was sealed; only a new secret helps."""


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> str:
    return sealing.seal(secret.encode(), purpose=_PURPOSE).decode()


def unseal(sealed: str) -> str:
    """Raises SecretUnreadable."""
    try:
        return sealing.unseal(sealed.encode(), purpose=_PURPOSE).decode()
    except sealing.Unreadable:
        raise SecretUnreadable from None
