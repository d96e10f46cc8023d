"""A mail is shown as its sender made it, and nothing of it runs, loads or lies about where it leads."""

import base64
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.kernel.ledger.models import FactRow
from trustdesk.post import boxes, receiving, rules
from trustdesk.post.mail.attached import named
from trustdesk.post.mail.cleaning import MOST_TAGS, misleads, shown
from trustdesk.post.models import IncomingMail
from trustdesk.web.tests import makers

PNG = b"\x89PNG\r\n\x1a\n0000"
_RUNS = re.compile(
    r"<(?:script|iframe|object|embed|form|input|link|meta http|base|svg|video)\b|\son\w+\s*=|javascript:|vbscript:",
    re.IGNORECASE,
)


def page(*pages, text="", carried=(), remote=False):
    found = shown(pages, text=text, carried=carried, remote=remote, leads="leads to {place}")
    head, _, body = found.page.partition("<body")
    assert head.count("<style>") == 1
    return body.partition(">")[2].removesuffix("</body></html>"), found.waiting


@pytest.mark.parametrize(
    "evil",
    [
        "<script>x()</script>",
        "<img src=x onerror=x()>",
        "<svg onload=x()><script>x()</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=x()>",
        "<a href='java\tscript:x()'>a</a>",
        "<a href='data:text/html,<script>x()</script>'>a</a>",
        "<iframe src=//evil.example></iframe><object data=x></object><embed src=x>",
        "<form action=//evil.example><input name=password><button>go</button></form>",
        "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'><link rel=stylesheet href=//evil.example>",
        "<noscript><p title='</noscript><img src=x onerror=x()>'>",
        "<img src='data:image/svg+xml;base64,AAAA'>",
        "</body></html><script>x()</script>",
    ],
)
def test_nothing_runs(evil):
    body, _ = page(f"<p>before</p>{evil}")
    assert "before" in body
    assert not _RUNS.search(body), body
    assert "evil.example" not in body
    assert "svg+xml" not in body


@given(
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "</",
                "script",
                "svg",
                "style",
                "img",
                " onerror=",
                "x()",
                "'",
                '"',
                "<!--",
                "-->",
                "math",
                "mtext",
                "a",
                " href=",
                "javascript:",
                "noscript",
                "&lt;",
                "p",
                "\x00",
                "/",
            ]
        ),
        max_size=30,
    )
)
def test_nothing_runs_however_it_is_put_together(pieces):
    body, _ = page("".join(pieces))
    assert not re.search(r"<(?:script|svg|style|math)\b|<[^<>]*\son\w+\s*=|<a[^<>]*javascript", body, re.IGNORECASE)


def test_looks_stay_and_places_on_the_screen_do_not():
    body, _ = page('<p style="color:red;position:fixed;background:url(https://t.example/x)" class="x" id="y">Hi</p>')
    assert body == '<p style="color:red">Hi</p>'


def test_pictures_wait_for_a_click():
    said = (
        '<img src="https://t.example/p.gif" alt="a cup"><img src="cid:one"><img src="cid:two"><img src="//t.example/x">'
    )
    carried = [named("a.png", "image/png", PNG, cid="one"), named("b.svg", "image/svg+xml", b"<svg/>", cid="two")]
    body, waiting = page(said, carried=carried)
    assert waiting == 1
    assert "t.example" not in body
    assert body.count("src=") == 1
    assert f"data:image/png;base64,{base64.b64encode(PNG).decode()}" in body
    body, waiting = page(said, carried=carried, remote=True)
    assert (waiting, "https://t.example/p.gif" in body) == (0, True)


@pytest.mark.parametrize(
    ("said", "target", "place"),
    [
        ("bank.example.com", "https://evil.co.id/x", "evil.co.id"),
        ("https://bank.com/login", "https://bank.com.evil.net/login", "bank.com.evil.net"),
        ("www.bank.com", "https://bank.com/x?y", ""),
        ("help.bank.com", "https://www.bank.com", ""),
        ("help@bank.com", "mailto:x@evil.net", "evil.net"),
        ("Click here", "https://evil.net", ""),
        ("invoice.pdf", "https://evil.net", ""),
        ("Click here", "https://xn--80ak6aa92e.com", "аррӏе.com"),
        ("http://user@bank.com", "https://evil.net", "evil.net"),
    ],
)
def test_links_that_lie_are_marked(said, target, place):
    assert misleads(said, target) == place
    body, _ = page(f'<p><a href="{target}"><b>{said}</b></a> after</p>')
    assert ('<span class="leads">' in body) == bool(place)
    assert place in body
    assert body.endswith(" after</p>")


def test_words_without_pages_and_pages_without_measure():
    assert page(text="a < b & <script>")[0] == "<pre>a &lt; b &amp; &lt;script&gt;</pre>"
    body, _ = page("<div>" * (MOST_TAGS + 1) + "deep")
    assert body == "<pre>deep</pre>"


@pytest.fixture
def stuck(db, settings, monkeypatch, now):
    """A mail nothing could be made of."""
    settings.MAIL_DOMAIN = "desk.example"

    def fail(**_):
        raise RuntimeError("a bug")

    monkeypatch.setitem(boxes.BOXES, "notices", boxes.Box(receive=fail))
    raw = (
        b"From: =?utf-8?Q?agent=40desk.example?= <x@evil.net>\r\nSubject: <script>x()</script>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        b'<p onclick="x()">Look at <a href="https://evil.net">bank.com</a></p><img src="https://t.example/p.gif">\r\n'
        b"--b\r\nContent-Type: image/svg+xml; name*=utf-8''a%E2%80%AEgnp.svg\r\n\r\n<svg/>\r\n--b--\r\n"
    )
    receiving.take(raw=raw, sender="x@evil.net", recipients=["notices@desk.example"], now=now)
    for day in range(len(rules.MAIL_WAITS) + 1):
        receiving.handle_due(now=now + timedelta(days=day))
    return IncomingMail.objects.get(state="stuck").id


def test_a_mail_that_is_stuck_is_looked_at_and_that_is_recorded(stuck, client):
    client.force_login(makers.staff("admin", name="Dewi"))
    answer = client.get(f"/stuck/mail/{stuck}/look")
    told = answer.content.decode()
    assert "&lt;script&gt;x()&lt;/script&gt;" in told
    assert "The name of the sender reads like an address that it is not." in told
    assert "may run programs" in told
    assert "its name reads backwards" in told
    assert "Load 1 picture from elsewhere" in told
    address = answer.context["frame"]
    frame = client.get(address)
    body = frame.content.decode()
    assert "onclick" not in body
    assert "leads to evil.net" in body
    assert "t.example" not in body
    assert frame["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    )
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert FactRow.objects.filter(kind="post.mail_opened").count() == 1
    with_pictures = client.get(f"/stuck/mail/{stuck}/look?pictures=1").context["frame"]
    shown = client.get(with_pictures)
    assert "https://t.example/p.gif" in shown.content.decode()
    assert "img-src data: https: http:;" in shown["Content-Security-Policy"]
    assert FactRow.objects.filter(kind="post.mail_opened").count() == 2
    # Without a look that was recorded there is no frame, and nobody takes another's.
    assert client.get(f"/files/mail/{stuck}").status_code == 404
    assert client.get(address.replace("pictures=0", "pictures=1")).status_code == 404
    client.force_login(makers.staff("admin", name="Jonas"))
    assert client.get(address).status_code == 404
    client.force_login(makers.staff("reviewer"))
    assert client.get(address).status_code == 404
    assert client.get(f"/stuck/mail/{stuck}/look").status_code == 403
