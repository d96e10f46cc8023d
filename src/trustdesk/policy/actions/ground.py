"""The ground of a ruleset: settings and labels as stored versions. Called inside an action."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from trustdesk.kernel.people.actions import load_ground
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import queries as work
from trustdesk.kernel.work.actions import set_queue
from trustdesk.policy.labels import Taxonomy
from trustdesk.policy.models import Label, SettingsVersion, TaxonomyVersion
from trustdesk.policy.packs import Pack


def store_settings(pack: Pack, *, actor: Actor, now: datetime) -> UUID:
    """Keep pack.yaml as the next settings version, and set up the markets, sources and queues it names."""
    # Markets and sources belong to people.manage; whoever may publish a pack changes them only as the pack says.
    load_ground(
        actor=SYSTEM,
        pack=pack.code,
        markets=[vars(market) for market in pack.markets.values()],
        sources=[vars(source) for source in pack.sources.values()],
        now=now,
    )
    # Queues are the leads' own once they are made: the pack only brings those that are not there yet.
    there = {queue.code for queue in work.queues()}
    for queue in pack.queues:
        if queue.code not in there:
            set_queue(
                actor=SYSTEM,
                code=queue.code,
                name=queue.name,
                kinds=["review"],
                right="review.decide",
                condition=queue.condition,
                fallback=queue.fallback,
                target_minutes=queue.target,
                batch_question=queue.batch_question,
                now=now,
            )
    row = SettingsVersion.objects.create(
        number=(SettingsVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        pack=pack.code,
        text=pack.text,
        sha256=pack.sha256,
        made_at=now,
        made_by=actor.label,
    )
    return row.id


def store_labels(taxonomy: Taxonomy, *, actor: Actor, now: datetime) -> UUID:
    """Keep labels.json as the next taxonomy version, with a row for each label."""
    row = TaxonomyVersion.objects.create(
        number=(TaxonomyVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        text=taxonomy.text,
        sha256=taxonomy.sha256,
        made_at=now,
        made_by=actor.label,
    )
    labels: Sequence[Label] = [
        Label(
            taxonomy=row,
            code=each.code,
            family=each.family,
            name=each.name,
            severity=each.severity,
            dsa_category=each.dsa_category,
        )
        for each in taxonomy.labels.values()
    ]
    Label.objects.bulk_create(labels)
    return row.id
