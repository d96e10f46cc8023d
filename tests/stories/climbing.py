"""One account's ads, removed one after the other: what the stories of the ladder share."""

from datetime import timedelta

from trustdesk.content import queries as content
from trustdesk.content.models import Item, ItemVersion
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.actions import Ground
from trustdesk.policy.queries import live_content


def grounds_of(code="off-platform-contact", clause=""):
    entry = next(entry for entry in live_content().policies if entry.code == code)
    return [Ground(policy=code, version=entry.version, clause=clause)]


def remove(desk, item, at, *, code="off-platform-contact", window=timedelta(0), **more):
    return decisions.decide(
        actor=desk.sari,
        item_id=item.id,
        version=item.version,
        outcome="remove",
        grounds=grounds_of(code),
        window=window,
        now=at,
        **more,
    )


def quick(account, external_id, at):
    """An ad as it stands after screening, without the screening."""
    item = Item.objects.create(
        source_id=account.source,
        external_id=external_id,
        kind="ad",
        account_id=account.id,
        market="ID",
        status="live",
        verdict="approve",
        version=1,
        title="Folding bicycle",
        received_at=at,
        changed_at=at,
    )
    ItemVersion.objects.create(item=item, no=1, market="ID", title=item.title, content_hash=external_id, received_at=at)
    return content.items([item.id])[item.id]


def to(moment, at):
    moment.forward(at - moment.now())
