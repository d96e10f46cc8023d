"""What can have happened to notices. None names who sent one: a notifier is known to those who may read notices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class NoticeReceived(
    Fact,
    kind="notice.received",
    subject="about",
    says="A notice came in by {channel}: {category} ({standing})",
    personal=("reporter",),
):
    """`about`: the item or account, or the notice itself while nobody knows what it is about. `standing`: what becomes of
    it: waits, judged before, gone, not counted. `asks`: a review is to be opened or joined. `lane` and `weight`: what it
    adds there. `reporter`: how the platform calls its user, "" for others."""

    about: UUID
    notice: UUID
    item: UUID | None
    account: UUID | None
    source: UUID | None
    external_id: str
    item_kind: str
    version: int
    category: str
    channel: str
    standing: str
    asks: bool
    lane: int
    weight: float
    danger: bool
    trusted: bool
    independent: bool
    reporter: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeSentAgain(
    Fact,
    kind="notice.sent_again",
    subject="notice",
    says="The same notice was sent twice and taken in once",
    personal=(),
):
    notice: UUID


@dataclass(frozen=True, kw_only=True)
class NoticeDecided(
    Fact,
    kind="notice.decided",
    subject="about",
    says="A notice was answered: {outcome}",
    personal=("reporter", "answer"),
):
    """`outcome`: acted | no_action | judged_before | gone. `answer`: the words, where no letter carries them and the
    platform has to; `url` opens them without an account."""

    about: UUID
    notice: UUID
    item: UUID | None
    account: UUID | None
    source: UUID | None
    external_id: str
    item_kind: str
    category: str
    outcome: str
    decision: UUID | None
    automated: bool
    told_by: str
    decided_at: datetime
    url: str = ""
    reporter: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticePlaced(
    Fact, kind="notice.placed", subject="notice", says="{actor} found what the notice is about", personal=()
):
    notice: UUID
    item: UUID
    lane: int
    weight: float
    category: str
    asks: bool


@dataclass(frozen=True, kw_only=True)
class NoticeCompleted(
    Fact,
    kind="notice.completed",
    subject="notice",
    says="Its sender said where to look, having been asked",
    personal=(),
):
    """`found`: an item lies there."""

    notice: UUID
    found: bool


@dataclass(frozen=True, kw_only=True)
class ReportedHidden(
    Fact,
    kind="notice.hidden",
    subject="item",
    says="Trustworthy reports ({category}): hidden until somebody has looked, at the latest until {until}",
    personal=(),
):
    item: UUID
    decision: UUID
    version: int
    category: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class DangerRaised(
    Fact,
    kind="notice.danger_raised",
    subject="about",
    says="A notice says that somebody is in danger now: an alert was raised",
    personal=(),
):
    about: UUID
    alert: UUID
    notice: UUID


@dataclass(frozen=True, kw_only=True)
class DangerAcknowledged(
    Fact,
    kind="notice.danger_acknowledged",
    subject="about",
    says="{actor} acknowledged the alert after {minutes} min",
    personal=(),
):
    about: UUID
    alert: UUID
    minutes: int


@dataclass(frozen=True, kw_only=True)
class ReporterMuted(
    Fact,
    kind="notice.reporter_muted",
    subject="reporter",
    says="{actor} muted a reporter: {why} (sent {sent}, {wrong} of them unfounded; warned {warned})",
    personal=("why",),
):
    """The four facts of a suspension for misuse: how many, what share, how grave (`why`), warned before."""

    reporter: UUID
    why: str
    sent: int
    wrong: int
    warned: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReporterWarned(
    Fact, kind="notice.reporter_warned", subject="reporter", says="{actor} warned a reporter", personal=()
):
    reporter: UUID


@dataclass(frozen=True, kw_only=True)
class ReporterUnmuted(
    Fact, kind="notice.reporter_unmuted", subject="reporter", says="{actor} lets a reporter count again", personal=()
):
    reporter: UUID


@dataclass(frozen=True, kw_only=True)
class FlaggerKept(
    Fact,
    kind="notice.flagger_kept",
    subject="flagger",
    says="{actor} set the trusted flagger {name}: {areas} ({state})",
    personal=(),
):
    """`key`: the name of the API key that speaks for it, "" for none."""

    flagger: UUID
    name: str
    areas: str
    state: str
    key: str = ""
