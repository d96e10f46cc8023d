"""Jonas finds, keeps, sweeps, rejects many and takes a list out; Sari finds the work."""

import pytest
from playwright.sync_api import expect

from trustdesk.content.models import Item
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Grant
from trustdesk.review import together
from trustdesk.review.models import Joint, Review
from trustdesk.search import exporting, indexing, running
from trustdesk.search.models import Run
from trustdesk.search.tests.makers import screened
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def heard():
    outbox.deliver_all(now=now(), reactors=reactor_names())
    sequencer.sequence()
    while indexing.follow(now=now()):
        pass


@pytest.fixture
def shop(real_db):
    """Fourteen kettles of two sellers, one in Singapore; returns a word that only they have."""
    word = f"zet{makers.uuid4().hex[:8]}"
    screened(
        *((f"Copper kettle {word} number {n}", "Polished, hardly used.") for n in range(13)),
        account=f"toko-{word}",
        name="Toko Tembaga",
    )
    screened(
        (f"Copper kettle {word} from Singapore", "Polished."), account=f"sing-{word}", name="Kettle House", market="SG"
    )
    heard()
    return word


def test_jonas_searches_saves_sweeps_rejects_and_exports(at_desk, shop, screens):
    staff = makers.staff("lead", name="Jonas")
    Grant.objects.filter(staff=staff).update(markets=[])
    jonas = at_desk(staff=staff)
    page = jonas.open("/work")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/search/")
    screens(page, "search")

    # Words, a filter, and the address says it all.
    page.keyboard.press("/")
    page.keyboard.type(f"kettle {shop[:9].upper()}")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=kettle*")
    expect(page.get_by_text("14 found")).to_be_visible()
    page.locator("select[name=market]").select_option("ID")
    expect(page.get_by_text("13 found")).to_be_visible()
    assert "market=ID" in page.url
    shared = page.url

    # The search is kept for the team.
    page.keyboard.press("v")
    page.locator(".save input[name=name]").fill("Kettles in Indonesia")
    page.locator(".save input[name=shared]").check()
    page.locator(".save button").click()
    expect(page.locator(".views [aria-current]")).to_contain_text("Kettles in Indonesia")
    screens(page, "search-found")
    sari_staff = makers.staff("reviewer", name="Sari")
    people.set_skills(actor=SYSTEM, staff_id=sari_staff.id, languages=["en", "id"], markets=["ID", "SG"], now=now())
    sari = at_desk(staff=sari_staff)
    hers = sari.open(shared.removeprefix(jonas.desk))
    expect(hers.get_by_text("13 found")).to_be_visible()
    expect(hers.locator(".views")).to_contain_text("Jonas")
    expect(hers.get_by_role("link", name="Sweep")).to_have_count(0)

    # An account's page, and back.
    page.get_by_role("link", name="Toko Tembaga").first.click()
    page.wait_for_url("**/accounts/*")
    expect(page.get_by_role("heading", name="Restricted now")).to_be_visible()
    screens(page, "account")
    page.goto(shared)

    # A sweep: five of them, into a queue, drawn by a seed.
    page.keyboard.press("w")
    page.wait_for_url("**/search/sweep?**")
    expect(page.get_by_text("13 items match")).to_be_visible()
    page.get_by_label("Number of reviews").fill("5")
    page.get_by_label("Queue").select_option("listings")
    page.get_by_label("Why").fill("Are copper kettles counterfeit?")
    screens(page, "sweep")
    page.get_by_role("button", name="Begin the sweep").click()
    page.wait_for_url("**/search/runs/*")
    row = Run.objects.order_by("-id").first()
    running.run(run_id=row.id, clock=now)
    expect(page.get_by_text("5 of 5")).to_be_visible()
    expect(page.get_by_text("5 reviews opened").first).to_be_visible()
    screens(page, "sweep-done")
    swept = Review.objects.filter(because="sweep", item__title__contains=shop, state="open")
    assert swept.count() == 5
    heard()

    # Sari finds the work and reads why it is there; while she holds it, nobody rejects it.
    hers.goto(f"{sari.desk}/reviews/{swept.order_by('id').first().id}")
    expect(hers.get_by_text("somebody searched for items like this one")).to_be_visible()
    held = swept.order_by("id").first()
    from trustdesk.kernel.people.queries import actor_for
    from trustdesk.review import actions as review

    review.claim_this(actor=actor_for(sari_staff), review_id=held.id, now=now())

    # Jonas rejects all that match: the preview says which one is left.
    page.goto(shared)
    page.get_by_label("all 13 that match").check()
    page.get_by_role("button", name="Reject…").click()
    expect(page.get_by_text("12 items will be rejected")).to_be_visible()
    expect(page.get_by_text("in the hands of somebody else")).to_be_visible()
    page.get_by_label("Find a clause").fill("kontak")
    expect(page.locator("#clause-choice li").first).to_contain_text("Telephone numbers")
    page.locator("#clause-choice input").first.check()
    expect(page.locator("#letter .letter")).to_be_visible()
    screens(page, "bulk")
    page.get_by_role("button", name="Reject 12 items").click()
    page.wait_for_url("**/joint-decisions/*")
    together.decide_members(joint_id=Joint.objects.order_by("-id").first().id, clock=now)
    expect(page.get_by_text("13 of 13").first).to_be_visible()
    expect(page.get_by_text("12 decided")).to_be_visible()
    expect(page.get_by_text("1 could not be decided")).to_be_visible()
    screens(page, "bulk-done")
    assert Item.objects.filter(title__contains=shop).count() == 14

    # The list as a file.
    page.goto(f"{jonas.desk}/search/decisions?q={shop}")
    heard()
    page.reload()
    expect(page.get_by_text("12 found")).to_be_visible()
    screens(page, "search-decisions")
    page.keyboard.press("e")
    page.wait_for_url("**/search/export/decisions?**")
    screens(page, "export")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    text = coming.value.path().read_text("utf-8")
    assert text.startswith("Decision,State,Item,Clause,Market,")
    assert text.count(shop) == 12
    assert "Toko Tembaga" not in text


def test_a_long_list_becomes_a_file_with_progress(at_desk, shop, screens, monkeypatch):
    from trustdesk.search.actions import exports as begin
    from trustdesk.search.models import Export
    from trustdesk.search.pages import exports as pages

    for module in (pages, begin, exporting):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 5)
    jonas = at_desk("admin", name="Jonas")
    page = jonas.open(f"/search/export/items?q={shop}")
    page.get_by_label("With names and e-mails of accounts").check()
    page.get_by_role("button", name="Write the file").click()
    page.wait_for_url("**/search/exports/*")
    expect(page.get_by_text("Waits for the worker")).to_be_visible()
    exporting.write(export_id=Export.objects.order_by("-id").first().id, clock=now)
    expect(page.get_by_text("The file is ready")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Fetch the file").click()
    assert coming.value.suggested_filename.endswith(".csv")
    text = coming.value.path().read_text("utf-8")
    assert text.count("Toko Tembaga") == 13
    assert "Kettle House" in text
