"""A small desk with a past: listings judged by the small pack, some edited, some decided by people."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import sources
from trustdesk.policy import actions as policy
from trustdesk.policy.tests import makers
from trustdesk.screening import actions as screening

PHONE = "Sofa {n}, call me on +62 812 3456 78{n:02d}"


def submit(texts: dict[str, str], *, now: datetime, market: str = "ID", age: float = 2, **fields: Any) -> list[Any]:
    """Listings by external id; the account is `age` days old."""
    return screening.receive(
        actor=SYSTEM,
        source=next(iter(sources())),
        submissions=[
            screening.Submission(
                external_id=name,
                kind="listing",
                market=market,
                account=AccountEntry(external_id="budi", registered_at=now - timedelta(days=age)),
                fields={"title": text, "body": "Pick-up in Bandung.", **fields},
            )
            for name, text in texts.items()
        ],
        now=now,
    )


def past(now: datetime) -> None:
    """Sixty listings over six days: forty harmless, ten with a telephone number by a new account, ten old revolvers."""
    for day in range(6):
        at = now - timedelta(days=6 - day)
        names = range(day * 10, day * 10 + 10)
        submit({f"l-{n}": f"Chair {n}" for n in names if n % 3}, now=at, market="NO" if day % 2 else "ID")
        submit({f"l-{n}": PHONE.format(n=n) for n in names if n % 3 == 0 and n % 2}, now=at)
        submit({f"l-{n}": f"Old revolver {n}" for n in names if n % 3 == 0 and not n % 2}, now=at)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def draft(actor: Actor, now: datetime, *pairs: tuple[str, str], text: str = makers.CONTACT) -> UUID:
    """A draft of the policy with something in it replaced."""
    return policy.draft(actor=actor, text=changed(text, *pairs), translations={}, now=now).id
