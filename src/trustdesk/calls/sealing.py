"""Secrets of telephone lines at rest, and whether what came was signed with one."""

import base64
import secrets
from collections.abc import Iterable, Mapping

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from trustdesk.calls.refusals import BadSignature, Expired
from trustdesk.web import sealing

_PURPOSE = "calls.line"


def new_secret() -> str:
    """32 random bytes, as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> str:
    return sealing.seal(secret.encode(), purpose=_PURPOSE).decode()


def check(body: bytes, headers: Mapping[str, str], sealed: Iterable[str]) -> None:
    """Was this signed with one of these secrets, within five minutes? Raises BadSignature, Expired."""
    told = {name: headers.get(name, "")[:2_000] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    why: type[BadSignature | Expired] = BadSignature
    for one in sealed:
        try:
            secret = sealing.unseal(one.encode(), purpose=_PURPOSE).decode()
            Webhook(secret).verify(body, told, json_parse=False)
        except sealing.Unreadable:
            continue
        except WebhookVerificationError as wrong:
            why = Expired if str(wrong).startswith("Message timestamp") else BadSignature
        except (ValueError, OverflowError):  # no base64, no UTF-8, no version before the comma
            continue
        else:
            return
    raise why
