"""Everything one may ask about notices. Who sent one is told to those who may read notices, to nobody else."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from trustdesk.kernel.people.actor import Actor
from trustdesk.notices import counting
from trustdesk.notices.finding import placed
from trustdesk.notices.links import flagger_of_token, flagger_path, notice_of_token, notice_path, notice_url
from trustdesk.notices.models import Alert, Flagger, Notice, Reporter
from trustdesk.notices.origins import Asked, trusted_behind
from trustdesk.notices.rules import CATEGORIES, CHANNELS, MOST_ADDRESSES, NAMELESS, OBJECTABLE, OUTCOMES, Trust
from trustdesk.notices.trusting import is_muted, trust_in
from trustdesk.notices.views import AlertView, FlaggerView, NoticeView, Notifier, ReporterView
from trustdesk.notices.wording import CATEGORY_WORDS, CHANNEL_WORDS, OUTCOME_WORDS

__all__ = [
    "CATEGORIES",
    "CATEGORY_WORDS",
    "CHANNELS",
    "CHANNEL_WORDS",
    "MOST_ADDRESSES",
    "NAMELESS",
    "OBJECTABLE",
    "OUTCOMES",
    "OUTCOME_WORDS",
    "AlertView",
    "Asked",
    "FlaggerView",
    "NoticeView",
    "Notifier",
    "ReporterView",
    "counting",
    "flagger_of_token",
    "flagger_path",
    "notice_of_token",
    "notice_path",
    "notice_url",
    "placed",
    "trusted_behind",
]

STATES = ("waiting", "answered", "stored")


def one(notice_id: UUID) -> NoticeView | None:
    row = _rows().filter(id=notice_id).first()
    return _view(row) if row else None


def account_waits(account: UUID) -> bool:
    """Whether somebody reported this account itself and waits for the answer; what is only stored counts for nobody."""
    return Notice.objects.filter(subject="account", account=account, state="waiting").exists()


def of_bundle(bundle: UUID) -> list[NoticeView]:
    """All notices of one submission, in order."""
    return [_view(row) for row in _rows().filter(bundle=bundle).order_by("id")]


def of_subjects(ids: Iterable[UUID]) -> dict[UUID, list[NoticeView]]:
    """Notices by what they are about: item or account ids; newest first, the newest 200 altogether. One query."""
    asked = set(ids)
    found: dict[UUID, list[NoticeView]] = {one: [] for one in asked}
    rows = _rows().filter(Q(item__in=asked) | Q(subject="account", account__in=asked)).order_by("-id")[:200]
    for row in rows:
        found[row.item_id if row.item_id in asked else row.account_id].append(_view(row))
    return found


def notifiers_of_decision(decision_id: UUID) -> list[Notifier]:
    """Who reported what this decision is about and was answered by it, oldest first; one query."""
    rows = Notice.objects.filter(decision=decision_id).select_related("reporter").order_by("id")
    return [_notifier(row) for row in rows]


def listing(
    *,
    state: str = "",
    category: str = "",
    reporter: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[NoticeView]:
    """Notices, newest first, one more than `limit` where there are more. One query."""
    rows = _rows()
    if state:
        rows = rows.filter(state=state)
    if category:
        rows = rows.filter(category=category)
    if reporter:
        rows = rows.filter(reporter=reporter)
    if before:
        rows = rows.filter(id__lt=before)
    return [_view(row) for row in rows.order_by("-id")[: limit + 1]]


def between(start: datetime, end: datetime) -> list[NoticeView]:
    """All notices that came in between two times, oldest first: for reports."""
    return [_view(row) for row in _rows().filter(received_at__gte=start, received_at__lt=end).order_by("id")]


def reporters(*, before: UUID | None = None, limit: int = 50, now: datetime) -> list[ReporterView]:
    """Reporters with their figures, the newest first, one more than `limit` where there are more. Two queries."""
    rows = Reporter.objects.order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    return _reporters(list(rows[: limit + 1]), now=now)


def reporters_of(notices: Iterable[UUID], *, now: datetime) -> dict[UUID, ReporterView]:
    """Who sent each of these notices, with the figures that a suspension for misuse rests on: how many they sent
    (`sent`), how many were unfounded (`no_action`), when they were warned (`warned_at`), whether they are muted. None for
    what nobody signed. Three queries, one more for each of them
    of whom more than a hundred were judged."""
    sent = dict(Notice.objects.filter(id__in=list(notices), reporter__isnull=False).values_list("id", "reporter"))
    known = {one.id: one for one in _reporters(list(Reporter.objects.filter(id__in=set(sent.values()))), now=now)}
    return {notice: known[who] for notice, who in sent.items()}


def reporter(reporter_id: UUID, *, now: datetime) -> ReporterView | None:
    found = _reporters(list(Reporter.objects.filter(id=reporter_id)), now=now)
    return found[0] if found else None


def flaggers() -> list[FlaggerView]:
    """All trusted flaggers with their figures, by name; two queries."""
    rows = list(Flagger.objects.order_by("name", "id"))
    counted: dict[UUID, Any] = {
        row["flagger"]: row
        for row in Notice.objects.filter(flagger__isnull=False)
        .values("flagger")
        .annotate(
            sent=Count("id"),
            acted=Count("id", filter=Q(outcome="acted")),
            no_action=Count("id", filter=Q(outcome="no_action")),
            inside=Count("id", filter=Q(trusted=True)),
        )
    }
    return [_flagger(row, counted.get(row.id, {})) for row in rows]


def flagger_by_code(code: str) -> FlaggerView | None:
    row = Flagger.objects.filter(code=code).first()
    return _flagger(row, {}) if row else None


def flagger_of_key(key: UUID) -> FlaggerView | None:
    """The trusted flagger whose own key this is."""
    row = Flagger.objects.filter(key_id=key).first()
    return _flagger(row, {}) if row else None


def flagger_of_link(token: str) -> FlaggerView | None:
    """The trusted flagger for whom a signed address speaks; None for a link that was replaced. Raises BadSignature."""
    flagger_id, link = flagger_of_token(token)
    row = Flagger.objects.filter(id=flagger_id, link=link).exclude(state=Flagger.State.ENDED).first()
    return _flagger(row, {}) if row else None


def is_flagger(address: str) -> bool:
    """Is this the address of an active trusted flagger? An address proves nothing: only a wider measure follows."""
    return Flagger.objects.filter(email__iexact=address, state=Flagger.State.ACTIVE).exclude(email="").exists()


def alerts(*, open_only: bool = False, limit: int = 50) -> list[AlertView]:
    """Alerts, those that nobody acknowledged first, then the newest. One query."""
    rows = Alert.objects.select_related("notice", "acknowledged_by")
    if open_only:
        rows = rows.filter(acknowledged_at=None)
    return [
        AlertView(
            id=row.id,
            notice=row.notice_id,
            item=row.notice.item_id,
            reason=row.notice.reason,
            raised_at=row.raised_at,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by.name if row.acknowledged_by else "",
        )
        for row in rows.order_by("-acknowledged_at", "-raised_at")[:limit]
    ]


def open_alerts(actor: Actor) -> int:
    """How many alerts nobody has acknowledged, for those who may; no query for others."""
    return Alert.objects.filter(acknowledged_at=None).count() if actor.may("notices.decide") else 0


def _rows() -> Any:
    return Notice.objects.select_related("reporter", "flagger")


def _reporters(rows: Sequence[Reporter], *, now: datetime) -> list[ReporterView]:
    ids = [row.id for row in rows]
    counted: dict[UUID, Any] = {
        row["reporter"]: row
        for row in Notice.objects.filter(reporter__in=ids)
        .values("reporter")
        .annotate(
            sent=Count("id"),
            voices=Count("id", filter=Q(independent=True)),
            acted=Count("id", filter=Q(outcome="acted")),
            no_action=Count("id", filter=Q(outcome="no_action")),
            waiting=Count("id", filter=Q(state="waiting")),
            right=Count("id", filter=Q(outcome="acted", independent=True)),
            judged=Count("id", filter=Q(outcome__in=["acted", "no_action"], independent=True)),
        )
    }
    found = []
    for row in rows:
        own: dict[str, int] = counted.get(row.id, {})
        # The posterior of all they sent; the weight of a notice looks back on the newest hundred.
        few = own.get("judged", 0) <= 100
        trust = Trust(own.get("right", 0), own.get("judged", 0)) if few else trust_in(row)
        found.append(
            ReporterView(
                id=row.id,
                name=row.name,
                email=row.email,
                external_id=row.external_id,
                source=row.source_id,
                first_at=row.first_at,
                warned_at=row.warned_at,
                muted_at=row.muted_at,
                muted_until=row.muted_until,
                muted_why=row.muted_why,
                muted=is_muted(row, now=now),
                sent=own.get("sent", 0),
                independent=own.get("voices", 0),
                acted=own.get("acted", 0),
                no_action=own.get("no_action", 0),
                waiting=own.get("waiting", 0),
                trust=trust,
            )
        )
    return found


def _flagger(row: Flagger, counted: Mapping[str, Any]) -> FlaggerView:
    return FlaggerView(
        id=row.id,
        code=row.code,
        name=row.name,
        categories=tuple(row.categories),
        markets=tuple(row.markets),
        email=row.email,
        awarded_by=row.awarded_by,
        key=row.key_id,
        state=row.state,
        why=row.why,
        path=flagger_path(row.id, row.link),
        **{name: counted.get(name, 0) for name in ("sent", "acted", "no_action", "inside")},
    )


def _notifier(row: Notice) -> Notifier:
    who = row.reporter
    return Notifier(
        notice=row.id,
        reporter=row.reporter_id,
        email=who.email if who else "",
        name=who.name if who else "",
        external_id=who.external_id if who else "",
        source=row.source_id,
        language=row.language,
        outcome=row.outcome,
        answered_at=row.answered_at,
        url=notice_url(row.id),
    )


def _view(row: Notice) -> NoticeView:
    who = row.reporter
    return NoticeView(
        id=row.id,
        bundle=row.bundle,
        source=row.source_id,
        subject=row.subject,
        item=row.item_id,
        version=row.version,
        account=row.account_id,
        market=row.market,
        addresses=tuple(row.addresses),
        category=row.category,
        danger=row.danger,
        reason=row.reason,
        legal=dict(row.legal),
        channel=row.channel,
        language=row.language,
        reporter=row.reporter_id,
        name=who.name if who else "",
        email=who.email if who else "",
        external_id=who.external_id if who else "",
        flagger=row.flagger.name if row.flagger else "",
        trusted=row.trusted,
        independent=row.independent,
        weight=row.weight,
        lane=row.lane,
        parts=tuple(row.parts),
        work=row.work_id,
        state=row.state,
        outcome=row.outcome,
        decision=row.decision,
        automated=row.automated,
        answer=row.answer,
        received_at=row.received_at,
        answered_at=row.answered_at,
    )
