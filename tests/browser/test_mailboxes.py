"""Jonas sets a mailbox up: it is tried, says what is wrong, works, is kept, and never shows its password."""

import pytest
from playwright.sync_api import expect

from tests.dovecot import Dovecot
from trustdesk.kernel.base.timesource import now as present
from trustdesk.post.mailboxes import fetching
from trustdesk.post.mailboxes.troubles import Trouble
from trustdesk.post.models import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.real]


@pytest.fixture(scope="module")
def dovecot():
    server = Dovecot()
    server.start()
    yield server
    server.close()


def test_jonas_sets_a_mailbox_up(at_desk, dovecot, screens):
    jonas = at_desk("admin", name="Jonas")
    page = jonas.open("/mailboxes/")
    expect(page.get_by_role("link", name="Help", exact=True).last).to_be_visible()
    page.get_by_role("link", name="Set one up").click()
    page.get_by_label("Name").fill("Sellers")
    page.get_by_label("Address").fill("sellers@shop.example")
    page.get_by_label("Signature (English)").fill("Your sellers' desk")
    expect(page.get_by_label("Folder")).to_be_visible()
    page.get_by_label("How mail comes in").select_option("none")
    expect(page.get_by_label("Folder")).to_be_hidden()
    page.get_by_label("How mail comes in").select_option("imap")
    imap = page.locator(".by-imap")
    imap.get_by_label("Server", exact=False).first.fill("127.0.0.1")
    imap.get_by_label("Encryption").select_option("none")
    imap.get_by_label("Port").fill(str(dovecot.port))
    imap.get_by_label("User").fill("sellers")
    imap.get_by_label("Password", exact=False).first.fill("wrong")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It does not work yet.")).to_be_visible()
    expect(page.get_by_text("refuses this user and password")).to_be_visible()
    screens(page, "mailbox-wrong")
    imap.get_by_label("Password", exact=False).first.fill(dovecot.password)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It works.")).to_be_visible()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Sellers")).to_be_visible()
    row = Mailbox.objects.get(code="sellers")
    assert dovecot.password not in page.content()
    assert dovecot.password not in f"{row.told}{row.in_secret}"
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It works.")).to_be_visible()
    # Another server does not get the password that is kept.
    page.get_by_role("link", name="Change", exact=False).first.click()
    page.locator(".by-imap").get_by_label("Server", exact=False).first.fill("localhost")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("type the password again")).to_be_visible()
    jonas.expect_complaint("422")
    page.locator(".by-imap").get_by_label("Server", exact=False).first.fill("127.0.0.1")
    page.get_by_label("Sender", exact=False).first.fill("Shop help")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Version 2")).to_be_visible()
    fetching.note_trouble(
        row.id, Trouble("Nothing answers at %(host)s, port %(port)s.", host="x", port=1), now=present()
    )
    page.reload()
    expect(page.get_by_text("Nothing answers at x, port 1.")).to_be_visible()
    screens(page, "mailbox")
    page.get_by_role("link", name="Mailboxes").first.click()
    expect(page.get_by_text("Nothing answers at x, port 1.")).to_be_visible()
    screens(page, "mailboxes")
