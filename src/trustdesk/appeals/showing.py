"""One appeal as a page shows it: the thing, what was said, what came of it, told so that a stranger could follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.appeals import letters, queries, rules
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Ground, Incomplete, RestrictionSpec
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.notices import queries as notices
from trustdesk.post import queries as post

# What may stay of a decision about content, when only a part of it was wrong: its own kinds and milder ones.
MILDER = ("demote", "age", "interaction")
OF_CONTENT = frozenset({*MILDER, "remove", "disable", "geo", "label"})


@dataclass(frozen=True)
class Picture:
    """A picture or document: `url` where it can be shown, else `why_not`."""

    url: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Entry:
    """One step of the story. `what` is a code, `who` a name ("" for the appellant); `text` as it was written."""

    at: datetime
    what: str
    who: str = ""
    text: str = ""
    files: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """All that one sees about one appeal. `decision` is None while its outcome is hidden from who looks."""

    appeal: queries.AppealView
    work: work.WorkView
    decision: decisions.DecisionView | None
    letter: str  # where the letter that told of it stands, "" without one
    account: content.AccountView
    item: content.ItemView | None
    version: content.VersionView | None
    pictures: tuple[Picture, ...]
    story: tuple[Entry, ...]
    referrals: tuple[queries.ReferralView, ...]
    record: queries.Record
    misuse: tuple[queries.MisuseView, ...]
    names: dict[str, str] = field(default_factory=dict)
    mine: bool = False  # in this person's hands
    own: bool = False  # this person made or reviewed the decision
    kept_kinds: tuple[str, ...] = ()  # what may stay; of a notifier's, what can be done now
    notice: notices.NoticeView | None = None  # of a notifier
    done_since: UUID | None = None  # the decision by which a notifier got what they asked for

    @property
    def subject(self) -> str:
        if self.version is not None:
            return self.version.title or (self.item.external_id if self.item else "")
        return self.account.name or self.account.external_id


def sheet(appeal_id: UUID, *, actor: Actor, now: datetime) -> Sheet:
    """An appeal whole, in a bounded number of queries. Raises NotFound."""
    found = queries.view_of(appeal_id)
    made = decisions.by_id(found.decision, now=now)
    item = content.items([found.item]).get(found.item) if found.item else None
    versions = content.versions(item.id) if item else []
    # What an author appeals is what was judged then; what a notifier wants something done about is what stands now.
    wanted = item.version if item and found.appellant == "notifier" else made.version if made else 0
    version = next((one for one in versions if one.no == wanted), None)
    messages = queries.messages_of(appeal_id)
    referrals = tuple(queries.referrals_of(appeal_id))
    place = work.views_of([found.work])[found.work]
    staff = {found.first_by, found.decided_by, *(one.staff for one in messages)} - {None}
    names = people.names_of([*(f"staff:{one}" for one in staff), *([made.actor] if made else [])])
    own = actor.kind == "staff" and UUID(actor.id) in found.judged_by
    hidden = found.hidden and not own  # who decided knows
    shown = None if hidden else made
    return Sheet(
        appeal=found,
        work=place,
        decision=shown,
        letter=decisions.statement_path(found.decision) if shown and shown.has_statement else "",
        account=content.accounts([found.account])[found.account],
        item=item,
        version=version,
        pictures=tuple(_media(version, now)) if version else (),
        story=tuple(sorted(_story(found, messages, names, now), key=lambda one: one.at)),
        referrals=referrals,
        record=queries.record_of(found.account, now=now),
        misuse=tuple(queries.misuse_of(found.account)),
        names=names,
        mine=place.state == "claimed" and str(place.holder) == actor.id,
        own=own,
        kept_kinds=_may_stay(made) if found.appellant == "author" else _can_be_done(item),
        notice=notices.one(found.notice) if found.notice else None,
        done_since=queries.done_since(found.item, found.decision, now=now) if found.notice else None,
    )


def letter_of(
    appeal_id: UUID,
    *,
    actor: Actor,
    specs: Sequence[RestrictionSpec],
    clauses: Sequence[Ground],
    author_note: str,
    now: datetime,
) -> decisions.Preview | None:
    """What who posted it would read if the notifier were right; None about an account. Raises NotFound, Refusal."""
    found = queries.view_of(appeal_id)
    item = content.items([found.item]).get(found.item) if found.item else None
    if item is None:
        return None
    try:
        return decisions.preview(
            actor=actor,
            item=item,
            version=content.newest_versions([item.id])[item.id],
            account=content.accounts([item.account])[item.account],
            outcome=rules.outcome_of([one.kind for one in specs], before="remove"),
            restrictions=specs,
            clauses=clauses,
            evidence=(),
            author_note=author_note,
            automated_detection=False,
            noticed_at=found.opened_at,
            notified=True,
            now=now,
        )
    except Incomplete as missing:
        raise Refusal(_("The statement would lack %(what)s.") % {"what": missing}) from missing


def _can_be_done(item: content.ItemView | None) -> tuple[str, ...]:
    return rules.DONE_TO_ITEM if item else rules.DONE_TO_ACCOUNT


def _may_stay(made: decisions.DecisionView | None) -> tuple[str, ...]:
    if made is None:
        return ()
    own = [one.kind for one in made.restrictions]
    if made.item is None:
        return tuple(dict.fromkeys(own))
    # What a strike took from the account goes with the strike.
    return tuple(dict.fromkeys([*MILDER, *(kind for kind in own if kind in OF_CONTENT)]))


def _story(
    found: queries.AppealView, messages: list[queries.MessageView], names: dict[str, str], now: datetime
) -> Iterator[Entry]:
    for one in messages:
        yield Entry(
            at=one.at,
            what="asked" if one.staff else "wrote",
            who=names.get(f"staff:{one.staff}", "") if one.staff else "",
            text=one.text,
            files=tuple(picture_of(file, now) for file in one.files),
        )
    for letter in post.letters_about([letters.about(found.id)])[letters.about(found.id)]:
        yield Entry(at=letter.written_at, what="letter", text=letter.text)
    if found.first_at is not None:
        yield Entry(
            at=found.first_at,
            what=f"first_{found.first_outcome}",
            who=names.get(f"staff:{found.first_by}", ""),
            text=found.first_reason,
        )
    if found.ended_at is not None:
        yield Entry(
            at=found.ended_at,
            what=found.outcome or "withdrawn",
            who=names.get(f"staff:{found.decided_by}", ""),
            text=found.reasons,
        )


def picture_of(file: files.FileView, now: datetime) -> Picture:
    """A file as a picture made here; other kinds and refused ones are never handed out on a page."""
    if file.ready and file.is_picture:
        return Picture(url=files.signed_url(file.id, "shown", now=now))
    return Picture(why_not=file.reason_words if not file.ready else file.media_type)


def _media(version: content.VersionView, now: datetime) -> Iterator[Picture]:
    known = files.views_of(one.file for one in version.media if one.file)
    for one in version.media:
        if one.file in known:
            yield picture_of(known[one.file], now)
