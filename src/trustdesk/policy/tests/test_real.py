"""Two people publish at the same moment, on connections of their own: one wins, the other is told."""

import threading
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.policy import actions, queries
from trustdesk.policy.actions import publishing
from trustdesk.policy.models import Ruleset
from trustdesk.policy.refusals import PublishedMeanwhile
from trustdesk.policy.tests.makers import WEAPONS
from trustdesk.web.tests import makers

pytestmark = pytest.mark.real


def test_of_two_who_publish_at_once_one_is_told(real_db):
    # The committed database is shared: every test in it stands on the pack that ships.
    actions.import_pack(actor=SYSTEM, path=settings.PACK, now=now())
    label, kind = next(iter(queries.labels())), next(iter(queries.live_content().pack.kinds))
    dewi, jonas = (actor_for(makers.staff("lead", name=name)) for name in ("Dewi", "Jonas"))
    prepared = []
    for _ in range(4):
        text = WEAPONS.replace("code: weapons", f"code: p-{uuid4().hex[:12]}").replace("goods.weapons", label)
        text = text.replace("[listing, message]", f"[{kind}]").replace('list("weapons")', '["zorkmidgun"]')
        text = text.replace("Old revolver", "Old zorkmidgun").replace('(lane="severe")', "()")
        made = actions.draft(actor=dewi, text=text, now=now())
        actions.check(actor=dewi, version_id=made.id, now=now())
        actions.approve(actor=jonas, version_id=made.id, now=now())
        prepared.append(made.id)
    prepared = [publishing.prepare([version], []) for version in prepared]
    before = Ruleset.objects.order_by("-number").first().number
    start, won, told, other = threading.Barrier(4), [], [], []

    def go(mine):
        try:
            start.wait(20)
            won.append(publishing.commit(actor=jonas, prepared=mine, now=now()).number)
        except PublishedMeanwhile as refusal:
            told.append(refusal)
        except Refusal as refusal:
            other.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(mine,)) for mine in prepared]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (won, len(told), other) == ([before + 1], 3, [])
    newest = Ruleset.objects.order_by("-number").first()
    assert newest.number == before + 1
    assert len(set(newest.policies)) == len(newest.policies)
