"""Fill a new desk: draw and store the pictures, then post the items the way a platform would, a few at a time.

Nothing here runs inside a transaction of its own: pictures are judged and items screened before theirs open. It may be
interrupted anywhere; a second call goes on where the first stopped, and one on a full desk changes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.content.actions import AccountEntry, MediaEntry
from trustdesk.files import actions as files
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.sample import catalog, draw, films
from trustdesk.sample.catalog import Item, Picture
from trustdesk.screening import actions as screening


class SampleRefused(RuntimeError):
    """The desk would not take one of its own sample items: the sample and the pack do not fit."""


def missing() -> list[Item]:
    """The sample items that the desk does not know yet, newest first."""
    wanted = catalog.collection()
    known = content.known_items(item.external_id for item in wanted)
    return [item for item in reversed(wanted) if (item.kind, item.external_id) not in known]


def load(*, actor: Actor, now: datetime, most: int) -> Counter[str]:
    """Post the `most` newest of the missing items, oldest of them first; returns how many ended in which status.

    A picture takes about a third of a second of one core to draw and to judge. Raises SampleRefused, Forbidden,
    NoPolicy.
    """
    chunk = missing()[:most][::-1]
    stored: dict[Picture, UUID] = {}
    for item in chunk:
        for shown in item.media:
            stored[shown] = _store(shown, actor=actor, now=now)
    submissions = [submission(item, stored, now=now) for item in chunk]
    statuses: Counter[str] = Counter()
    results = screening.receive(actor=actor, submissions=submissions, now=now)
    for item, result in zip(chunk, results, strict=True):
        if isinstance(result, Refusal):
            raise SampleRefused(f"{item.external_id}: {result.message} {result.fields}")
        statuses[result.status] += 1
    return statuses


def _store(shown: Picture, *, actor: Actor, now: datetime) -> UUID:
    if shown.kind == "video":
        data, declared = films.film(shown.motif, shown.seed), "video/webm"
    else:
        data, declared = draw.picture(shown.motif, shown.seed), "image/png"
    return files.store_file(actor=actor, source=data, declared_type=declared, now=now).id


def submission(item: Item, stored: Mapping[Picture, UUID], *, now: datetime) -> screening.Submission:
    """What `POST /items` makes of the item, with the files its pictures were stored as."""
    owner = catalog.accounts()[item.account]
    return screening.Submission(
        external_id=item.external_id,
        kind=item.kind,
        account=AccountEntry(
            external_id=owner.external_id,
            name=owner.name,
            kind=owner.kind,
            email=owner.email,
            language=owner.language,
            country=owner.country,
            verified=owner.verified,
            followers=owner.followers,
            registered_at=now - timedelta(days=owner.days_ago),
        ),
        fields=item.fields,
        market=item.market,
        language=item.language,
        media=tuple(MediaEntry(kind=shown.kind, file=stored[shown], alt=shown.alt) for shown in item.media),
        posted_at=now - timedelta(hours=item.hours_ago),
        expected_views=item.expected_views,
    )
