"""A version rehearsed on the desk's own past, as Dewi meets it: the bar, the report, its samples, the shadow."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from playwright.sync_api import expect

from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for, sources
from trustdesk.policy import actions, queries
from trustdesk.rehearsal.models import Rehearsal
from trustdesk.rehearsal.running import run
from trustdesk.rehearsal.shadowing import follow
from trustdesk.sample import catalog
from trustdesk.screening import actions as screening
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]
CODE = "off-platform-contact"


@pytest.fixture
def past(real_db):
    """The pack, and a hundred sample items under fresh ids."""
    owners, mark = catalog.accounts(), uuid7().hex[-6:]
    submissions = []
    for item in catalog.collection()[:120]:
        owner = owners[item.account]
        account = AccountEntry(
            external_id=f"{owner.external_id}-{mark}",
            name=owner.name,
            language=owner.language,
            country=owner.country,
            registered_at=now() - timedelta(days=owner.days_ago),
        )
        submissions.append(
            screening.Submission(
                external_id=f"{item.external_id}-{mark}",
                kind=item.kind,
                account=account,
                fields=item.fields,
                market=item.market,
                language=item.language,
            )
        )
    pasar = next(source.id for source in sources().values() if source.code == "pasar")
    for first in range(0, len(submissions), 40):
        screening.receive(actor=SYSTEM, source=pasar, submissions=submissions[first : first + 40], now=now())


RULE = (
    "rules:\n",
    'rules:\n  - name: pick-up\n    when: has_any(item.text, ["pick up", "pick-up", "works"])\n    then: reject\n',
)


def test_from_the_draft_to_the_shadow(at_desk, screens, past):
    dewi, jonas = makers.staff("policy_owner", name="Dewi"), makers.staff("lead", name="Jonas")
    _, text, translations = queries.source_of(CODE)
    made = actions.draft(actor=actor_for(dewi), text=text.replace(*RULE, 1), translations=translations, now=now())
    hers = at_desk(staff=dewi)
    page = hers.open(f"/policies/{CODE}/{made.number}/")
    expect(page.get_by_text("Not rehearsed yet")).to_be_visible()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("Waits for the worker")).to_be_visible()
    screens(page, "rehearsal-running")

    def work():
        run(Rehearsal.objects.get(version=made.id).id, processes=0)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    expect(page.get_by_text("items would get another outcome")).to_be_visible(timeout=60_000)
    worker.join()
    expect(page.locator(".sample mark").first).to_be_visible()
    screens(page, "rehearsal-report")
    page.get_by_role("link", name="Approve → Reject").click()
    expect(page.locator(".sample").first).to_contain_text("pick-up")

    page = hers.open(f"/policies/{CODE}/{made.number}/")
    expect(page.locator("#step-backtest")).to_have_text("Rehearsed")
    screens(page, "rehearsal-on-the-version")
    assert hers.complaints == []

    # A version in shadow; the examples of the pack would not pass with the draft above.
    second = actions.draft(
        actor=actor_for(dewi),
        text=text.replace("account.age < days(30)", "account.age < days(31)", 1),
        translations=translations,
        now=now(),
    )
    actions.check(actor=actor_for(dewi), version_id=second.id, now=now())
    page = hers.open(f"/policies/{CODE}/{second.number}/")
    page.get_by_role("button", name="7 days in shadow").click()
    expect(page.get_by_text("Nothing has arrived yet.")).to_be_visible()
    follow(now=now())
    screens(page, "rehearsal-shadow")
    page = hers.open(f"/policies/{CODE}/{second.number}/")
    expect(page.locator("#step-shadow")).to_have_text("In shadow, day 1 of 7")
    page.get_by_role("link", name="In shadow, day 1 of 7").click()
    page.get_by_role("button", name="End the shadow run").click()
    expect(page.get_by_text("ended by a colleague")).to_be_visible()

    page = at_desk(staff=jonas).open("/rehearsals/")
    expect(page.get_by_role("link", name=f"{CODE}@{made.number}")).to_be_visible()
    screens(page, "rehearsals")
