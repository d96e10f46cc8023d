"""Sari meets a campaign: what is alike, who is behind it, one decision for all but one."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, settled
from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import sources
from trustdesk.kernel.work.models import Pool, WorkItem
from trustdesk.review import gathering, together
from trustdesk.review.models import Joint, Review
from trustdesk.screening import actions as screening
from trustdesk.screening import likening
from trustdesk.signals import actions as signals
from trustdesk.web.tests import makers
from trustdesk.wellbeing.models import Exposure

pytestmark = [pytest.mark.browser, pytest.mark.real]

OFFER = (
    "Lowongan dari rumah, gaji harian dua ratus ribu, tanpa pengalaman dan tanpa wawancara. Cukup menyukai video di "
    "ponsel Anda. Daftar hari ini, kuota tinggal {left}, {contact}."
)
CONTACTS = [
    "balas saja di sini dengan nama Anda",
    "kirim nama ke budi.jaya@kerja-rumah.example.com",
    "kirim nama ke budi.jaya@kerja-rumah.example.com",
    "lihat https://kerja-rumah-cepat.biz/daftar",
    "lihat https://kerja-rumah-cepat.biz/mulai sekarang juga",
    "lihat https://kerja-rumah-cepat.biz dan pilih kota Anda",
]
NAMES = ["Budi Jaya", "Rina Kerja", "Loker Cepat", "Amara", "Toko Maju", "Sinta W."]


@pytest.fixture
def campaign(real_db):
    """The pack, and a campaign of eighteen ads by six accounts."""
    mark = uuid7().hex[-6:]
    pasar = next(source.id for source in sources().values() if source.code == "pasar")
    submissions = [
        screening.Submission(
            external_id=f"loker-{n}-{mark}",
            kind="ad",
            account=AccountEntry(
                external_id=f"hand-{n % 6}-{mark}", name=NAMES[n % 6], registered_at=now() - timedelta(days=400)
            ),
            fields={
                "title": f"Kerja dari rumah {mark}",
                "body": OFFER.format(left=("lima", "sedikit", "tiga", "dua")[n % 4], contact=CONTACTS[n % 6]),
            },
            market="ID",
            language="id",
        )
        for n in range(18)
    ]
    screening.receive(actor=SYSTEM, source=pasar, submissions=submissions, now=now())
    sequencer.sequence()
    while likening.follow(now=now()):
        pass
    while signals.grow_clusters(now=now()):
        pass
    return mark


def test_sari_decides_a_campaign_together_and_takes_it_back(at_desk, screens, campaign):
    sari = at_desk("reviewer")
    page = sari.open("/clusters/")
    screens(page, "clusters")
    page.get_by_role("link", name=campaign).first.click()
    expect(page.get_by_text("18 alike items").first).to_be_visible()
    expect(page.locator("figure.web circle.account")).to_have_count(6)
    page.get_by_label("Find a clause").fill("kontak")
    expect(page.locator("#clause-choice li").first).to_contain_text("Telephone numbers")
    page.locator("#clause-choice input").first.check()
    expect(page.locator("#letter .letter")).to_be_visible()
    page.locator("input[name=members]").nth(3).uncheck()
    expect(page.locator("[data-count]")).to_contain_text("17 / 18")
    screens(page, "cluster")
    page.get_by_role("button", name="Decide", exact=False).last.click()
    page.wait_for_url("**/joint-decisions/*")
    expect(page.get_by_text("0 of 17").first).to_be_visible()
    joint = Joint.objects.order_by("-id").first()
    together.decide_members(joint_id=joint.id, clock=now)
    expect(page.get_by_text("17 of 17").first).to_be_visible()
    screens(page, "joint")
    page.get_by_role("button", name="Take back").click()
    page.wait_for_url("**/joint-decisions/*")
    together.undo_members(joint_id=joint.id, clock=now)
    expect(page.get_by_text("17 taken back")).to_be_visible()

    page.goto(f"{sari.desk}/clusters/{joint.cluster}")
    page.get_by_role("link", name="Rina Kerja").first.click()
    expect(page.get_by_role("heading", name="Accounts linked with Rina Kerja")).to_be_visible()
    expect(page.get_by_text("kerja-rumah-cepat.biz").first).to_be_visible()
    screens(page, "ring")


def test_looking_at_a_campaign_counts_for_who_looks(at_desk, campaign, monkeypatch):
    monkeypatch.setattr(gathering, "harm_of", lambda _items: ("hate", 4))
    staff = makers.staff("reviewer", name="Sari")
    page = at_desk(staff=staff).open("/clusters/")
    page.get_by_role("link", name=campaign).first.click()
    expect(page.get_by_text("18 alike items").first).to_be_visible()
    page.wait_for_timeout(700)  # she reads; what is shorter is no look
    page.goto("about:blank")
    settled(lambda: Exposure.objects.filter(staff=staff, claim=None, harm="hate", weight=4, kind="cluster").count(), 1)
    assert 0 < Exposure.objects.get(staff=staff).minutes < 2


def test_the_heaviest_harm_of_what_is_alike_is_what_it_costs(real_db):
    where = market()
    plain, heavy = ads("First", "Second", where=where)
    work = WorkItem.objects.get(id=Review.objects.get(item_id=heavy).work_id)
    pool = Pool.objects.get(id=work.pool_id)
    pool.pk, pool.harm, pool.weight = None, "gore", 5
    pool.save(force_insert=True)
    WorkItem.objects.filter(id=work.id).update(pool_id=pool.id)
    assert gathering.harm_of([plain, heavy]) == ("gore", 5)
    assert gathering.harm_of([]) == ("", 0)
