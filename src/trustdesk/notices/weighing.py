"""Is this a new voice, and does it open a judged matter again? By what notices of the same facts there are."""

import hashlib
from typing import Any
from uuid import UUID

from django.db.models import Sum

from trustdesk.content import queries as content
from trustdesk.engine.folding import fold
from trustdesk.notices.models import Notice, Reporter

# Copies of a shorter text prove nothing: many people write “this is a scam”.
_TELLING = 40


def facts_of(*, item: UUID | None, version: int, account: UUID | None) -> Any:
    """Notices of the same thing as it is now; none for what nobody could place."""
    if item is not None:
        return Notice.objects.filter(item_id=item, version=version)
    return Notice.objects.filter(account_id=account, subject="account") if account else Notice.objects.none()


def rounds_of(same: Any) -> int:
    """How often these facts were judged on a notice and let be."""
    decided = same.filter(state=Notice.State.ANSWERED, outcome="no_action")
    return int(decided.values("decision").distinct().count())


def gathered(same: Any) -> float:
    """The weight of what came since these facts were judged last."""
    last = same.filter(outcome="no_action").order_by("-answered_at").values_list("answered_at", flat=True).first()
    since = same.filter(outcome="judged_before")
    if last is not None:
        since = since.filter(received_at__gt=last)
    return float(since.aggregate(sum=Sum("weight"))["sum"] or 0)


def repeats(same: Any, reporter: Reporter | None, words: str, network: str) -> bool:
    """Did the same person say this before, or is it a copy of what another said?"""
    if reporter is not None and same.filter(reporter=reporter).exists():
        return True
    if reporter is None and same.filter(reporter=None, network=network).exists():
        return True
    return bool(words) and same.filter(words=words).exists()


def is_own(
    *, source: UUID | None, external_id: str, item: content.ItemView | None, account: content.AccountView | None
) -> bool:
    """Who reports their own thing is heard, and is no second voice."""
    if not external_id:
        return False
    owner = account or (content.accounts([item.account]).get(item.account) if item else None)
    return owner is not None and owner.source == source and owner.external_id == external_id


def words_of(reason: str) -> str:
    """SHA-256, hex, of the folded words of a reason; "" for one too short to be a copy of anything."""
    plain = " ".join(fold(reason).split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest() if len(plain) >= _TELLING else ""
