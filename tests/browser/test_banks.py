"""Banks and signals as Dewi and Jonas see them."""

import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.engine import Argument, Signal
from trustdesk.kernel.base.timesource import now as present
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.signals import actions, registry
from trustdesk.signals.actions import BankQuestion

pytestmark = [pytest.mark.browser, pytest.mark.real]

SCAM = (
    "Your parcel is waiting at our depot. Pay the small customs fee of Rp 25,000 through this link today, or it goes "
    "back to the sender. Contact our agent on WhatsApp for help."
)
FOLLOWERS = "Buy followers now: ten thousand for one dollar, real people, money back guaranteed. Ask me for proof."


def test_dewi_makes_a_bank_fills_it_and_puts_right_what_it_matched(at_desk, screens):
    code = f"known-scams-{uuid.uuid4().hex[:6]}"
    page = at_desk("policy_owner", name="Dewi").open("/banks/")
    page.keyboard.press("n")
    page.wait_for_url("**/new-bank/")
    page.get_by_label("Code").fill(code)
    page.get_by_label("Title").fill("Known scams")
    page.get_by_label("What belongs in it").fill("Messages of scams that were seen here before.")
    screens(page, "bank-make")
    page.get_by_role("button", name="Make").click()
    expect(page.get_by_text("This bank is empty")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url("**/add")
    page.get_by_label("Texts").fill(f"{SCAM}\n\n{FOLLOWERS}")
    page.get_by_label("Why they belong here").fill("Reported by buyers this week")
    page.get_by_label("Where they come from").fill("case 4711")
    screens(page, "bank-add")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("2 texts were added.")).to_be_visible()

    actions.set_bank(actor=SYSTEM, code=code, distance=28, flood_limit=6, now=present())
    for turn in range(9):
        text = SCAM.replace("25,000", f"{turn}5,000") if turn % 2 else SCAM.replace("small", "tiny")
        actions.match(questions=[BankQuestion(code, (text,), f"source/ad/{4711 + turn}")], now=present())
    actions.match(questions=[BankQuestion(code, (FOLLOWERS,), "source/comment/12")], now=present())
    actions.add_entries(
        actor=SYSTEM,
        code=code,
        texts=["The parcel of your order is waiting at our depot until Friday. Bring a paper that shows who you are."],
        why="What our own couriers write",
        negative=True,
        expires_at=present() + timedelta(days=90),
        now=present(),
    )
    page.reload()
    screens(page, "bank")
    page.get_by_role("link", name="Your parcel is waiting").first.click()
    expect(page.get_by_text("Flooded, stopped")).to_be_visible()
    page.get_by_role("button", name="Right", exact=True).first.click()
    expect(page.get_by_text("Noted as right.")).to_be_visible()
    page.get_by_role("button", name="Wrong", exact=True).nth(1).click()
    expect(page.get_by_text("Noted as wrong.")).to_be_visible()
    screens(page, "bank-entry")
    page.get_by_role("button", name="Let it match again").click()
    expect(page.get_by_text("It matches again.")).to_be_visible()
    page.goto(page.url.rpartition("/")[0] + "/try")
    page.get_by_label("Text").fill(SCAM.replace("depot", "warehouse"))
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("It is in this bank")).to_be_visible()
    screens(page, "bank-try")
    page.goto(page.url.split("/banks/")[0] + "/banks/")
    screens(page, "banks")


def test_jonas_sees_which_signal_gives_no_answer_and_has_it_tried(at_desk, screens):
    names = [f"{word}_{uuid.uuid4().hex[:4]}" for word in ("hatefulness", "spamminess", "likeness")]

    def fails(questions):
        raise ConnectionError("gone")

    for name, compute in zip(names, (fails, lambda asked: [0.5] * len(asked), fails), strict=True):
        registry.declare(Signal(name, (Argument("value", "text"),), cost="model", version="3", timeout=2.0), compute)
    try:
        for word in "abc":
            actions.ask(name=names[0], questions=[{"value": word}], now=present())
            actions.ask(name=names[1], questions=[{"value": word}] * 3, now=present())
        page = at_desk("lead", name="Jonas").open("/signals/")
        row = page.get_by_role("row", name=names[0])
        expect(row.get_by_text("No answer")).to_be_visible()
        screens(page, "signals")
        row.get_by_role("button", name="Try now").click()
        expect(page.get_by_text("The next item that needs it tries it.")).to_be_visible()
    finally:
        for name in names:
            registry.forget(name)
