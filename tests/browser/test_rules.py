"""The rules and their records as people meet them: what was braked, figures beside a rule, the release by another."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.policy import actions, queries
from trustdesk.policy.actions import Judged, fold_tallies, hold_back
from trustdesk.policy.models import RuleDay, RulePair, Traffic
from trustdesk.policy.queries.rulesets import look_again
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def _text(code, word):
    return f"""\
---
code: {code}
title: Zorkmids and other toy money
labels: [{next(iter(queries.labels()))}]
applies_to: [ad]
gravity: 2
strikes: 1
reason: Your {{kind}} offers toy money.
rules:
  - name: toy-money
    clause: "1"
    when: has(item.text, "{word}") and not has(item.text, "museum")
    then: reject
  - name: toy-money-flag
    when: has(item.text, "{word}")
    then: flag
examples:
  - text: "A blue {word}"
    kind: ad
    expect: reject
---
## 1 Toy money

None.
"""


@pytest.fixture
def watched(real_db):
    """A policy with a braked rule, and a month in which the other rules worked."""
    dewi, jonas = makers.staff("policy_owner", name="Dewi"), makers.staff("lead", name="Jonas")
    code, word = f"toys-{uuid4().hex[:8]}", f"zork{uuid4().hex[:8]}"
    made = actions.draft(actor=actor_for(dewi), text=_text(code, word), now=now())
    actions.check(actor=actor_for(dewi), version_id=made.id, now=now())
    actions.approve(actor=actor_for(jonas), version_id=made.id, now=now())
    actions.publish(actor=actor_for(jonas), versions=[made.id], now=now())
    look_again()
    plan = queries.live_plan()
    for hits, calm in ((12, 700), (60, 300)):
        events = [
            {
                "item": {
                    "id": str(at),
                    "kind": "ad",
                    "text": f"A {word}" if at < hits else "A sofa",
                    "market": "ID",
                    "media": 0,
                },
                "account": {"id": "budi"},
                "now": now().isoformat(),
            }
            for at in range(hits + calm)
        ]
        with transaction.atomic():
            judged = [Judged("ad", "ID", said, final=True) for said in plan.plan.run(events)]
            held = hold_back(ruleset=plan, judged=judged, now=now())
            held.finish([ruled.verdict for ruled in held.ruled])
    while fold_tallies(now=now()):
        pass
    _a_month(plan)
    return dewi, jonas, code


def _a_month(plan):
    today = now().date()
    old = [rule for rule in plan.content.rules.values() if not rule.policy.startswith("toys-")]
    for n, rule in enumerate(old[:14]):
        for back in range(29):
            hits = max(0, (40 - 2 * n) + (back * 7 + n * 5) % (9 + n) - 4)
            RuleDay.objects.get_or_create(
                day=today - timedelta(days=back),
                identity=rule.identity,
                defaults={
                    "hits": hits,
                    "acted": hits,
                    "alone": hits // 2,
                    "measured": 100,
                    "microseconds": 100 * (0.6 + n * 1.7),
                },
            )
    first, second = sorted(rule.identity for rule in old[:2])
    RulePair.objects.get_or_create(day=today, first=first, second=second, defaults={"hits": 1_050})
    for rule in old[:3]:
        for n in range(12):
            actions.note_reversal(decision=uuid4(), rules=[rule.key], decided_at=now() - timedelta(hours=n), now=now())
    start = now().replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(1, 29):
        Traffic.objects.get_or_create(
            span="day",
            start=start - timedelta(days=back),
            ruleset=1,
            kind="ad",
            market="ID",
            defaults={"seen": 1400 + back * 13},
        )


def test_from_the_banner_to_the_release(at_desk, screens, watched):
    dewi, jonas, code = watched
    hers, his = at_desk(staff=dewi), at_desk(staff=jonas)

    page = hers.open("/policies/")
    expect(page.get_by_text("You answer for it; another person releases it.").first).to_be_visible()
    screens(page, "policies-braked")
    page.keyboard.press("r")
    page.wait_for_url("**/rules/**")
    expect(page.locator(f'[id="{code}.toy-money"]')).to_contain_text("records only")
    screens(page, "rules")
    page.get_by_label("State").select_option("overlapping")
    page.wait_for_url("**state=overlapping**")
    expect(page.locator("tbody tr").first).to_contain_text("are hits of")
    screens(page, "rules-overlapping")

    page = hers.open(f"/policies/{code}/")
    expect(page.locator("#rule-toy-money")).to_contain_text("hits")
    screens(page, "policy-record")
    page = hers.open(f"/rules/{code}/toy-money/release/")
    expect(page.get_by_text("You wrote what it says")).to_be_visible()
    screens(page, "release-own")

    page = his.open("/rules/?state=braked")
    row = page.locator(f'[id="{code}.toy-money"]')
    screens(page, "rules-braked")
    row.get_by_role("link", name="Release").click()
    page.get_by_label("Why it may act").fill("Toy money is banned on all markets")
    screens(page, "release")
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("toy-money acts again.")).to_be_visible()
    row = page.locator(f'[id="{code}.toy-money"]')
    expect(row).to_be_visible()
    expect(row).not_to_contain_text("records only")
