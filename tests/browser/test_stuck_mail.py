"""A mail nothing could be made of, as Jonas sees it: what it pretends, its words in a frame that runs and loads nothing."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now as present
from trustdesk.post import boxes, receiving, rules

pytestmark = [pytest.mark.browser, pytest.mark.real]

RAW = b"""From: =?utf-8?Q?help=40desk.example?= <x@evil.net>
To: notices@desk.example
Reply-To: Billing <pay@elsewhere.example>
Subject: Your account =?utf-8?Q?=3Cscript=3Edocument.title=3D1=3C/script=3E?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<h2 style="color:#0a58ca">Your account was limited</h2><script>document.title = 1</script>
<p onclick="top.location='https://evil.net'">Sign in at <a href="https://evil.net/x">bank.com</a> today.</p>
<img src="https://t.example/p.gif" alt="[our logo]">
<table border=1><tr><td>Order</td><td>17</td></tr></table>
--b
Content-Type: application/pdf; name*=utf-8''invoice%E2%80%AEfdp.exe

x
--b--
""".replace(b"\n", b"\r\n")


def test_jonas_looks_at_a_mail_without_letting_it_do_anything(at_desk, screens, settings, monkeypatch):
    settings.MAIL_DOMAIN = "desk.example"

    def fail(**_):
        raise RuntimeError("nothing could be made of it")

    monkeypatch.setitem(boxes.BOXES, "notices", boxes.Box(receive=fail))
    receiving.take(raw=RAW, sender="x@evil.net", recipients=["notices@desk.example"], now=present())
    for day in range(len(rules.MAIL_WAITS) + 1):
        receiving.handle_due(now=present() + timedelta(days=day + 1))
    page = at_desk("admin", name="Jonas").open("/stuck")
    screens(page, "stuck-mail-list")
    page.get_by_role("link", name="Look", exact=True).click()
    expect(page.get_by_role("heading", name="Beware")).to_be_visible()
    expect(page.get_by_text("The name of the sender reads like an address that it is not.")).to_be_visible()
    expect(page.get_by_text("may run programs")).to_be_visible()
    expect(page.get_by_role("link", name="Load 1 picture from elsewhere")).to_be_visible()
    words = page.frame_locator("iframe.mail")
    expect(words.get_by_role("heading", name="Your account was limited")).to_be_visible()
    expect(words.get_by_text("leads to evil.net")).to_be_visible()
    expect(words.get_by_text("[our logo]")).to_have_count(0)
    assert "Mail" in page.title()
    screens(page, "stuck-mail")
    page.get_by_role("button", name="Lay aside").click()
    expect(page.get_by_text("It was laid aside.")).to_be_visible()
