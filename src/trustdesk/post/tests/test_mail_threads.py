"""Which case a mail answers; what machines sent; what is quoted. And whatever somebody does to a mail, it is understood."""

import json
import smtplib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.post.mail import telling, threads
from trustdesk.post.mail.reading import Desk, understand
from trustdesk.post.mail.words import ABOVE, own_words

KEY, OTHER = threads.purpose_key("one secret"), threads.purpose_key("another")
CASE, LETTER = UUID(int=2**100 + 7), UUID(int=5)


def made_id(case=CASE, mailbox="help", key=KEY):
    return threads.message_id(threads.Token(case, LETTER, mailbox), domain="desk.example", key=key)


def thread(*head, body="Hello.", mailbox="help", takes_part=None):
    raw = "\r\n".join(["From: Budi <budi@example.com>", *head, "", body]).encode()
    return understand(raw, desk=Desk(keys=[OTHER, KEY], mailbox=mailbox, takes_part=takes_part)).thread


def test_an_answer_finds_its_case_in_the_order_of_trust():
    other = UUID(int=9)
    first = thread(f"References: {made_id(other)}", f"In-Reply-To: <x@y> {made_id().upper()}", "Subject: [#5]")
    assert (first.case, first.by, first.letter, first.mailbox) == (CASE, "in_reply_to", LETTER, "help")
    newest = thread("In-Reply-To: <x@y>", f"References: {made_id(other)} <a@b>\r\n {made_id()} <c@d>")
    assert (newest.case, newest.by) == (CASE, "references")
    marker = threads.token(threads.Token(CASE, LETTER, "help"), key=KEY)
    assert len(f"ref:{marker}") <= 160
    assert thread(body=f"Yes.\n> {ABOVE['id']} ref:{marker}").by == "marker"
    assert thread(body=f"Yes.\n> {marker}") is None
    assert thread("Subject: Re: my ad") is None


def test_tokens_of_others_lead_nowhere():
    forged = [
        made_id(key=threads.purpose_key("guessed")),
        made_id(mailbox="sales"),  # another mailbox than the mail came for
        made_id().replace("td1", "td2"),
        made_id()[:-40] + "@desk.example>",
        *(made_id()[:n] + ("a" if made_id()[n] != "a" else "b") + made_id()[n + 1 :] for n in (5, 20, 40, 70, 85)),
        "<td1" + "a" * 90 + "@desk.example>",
    ]
    for one in forged:
        assert thread(f"In-Reply-To: {one}", f"References: {one}") is None, one
    assert thread(f"In-Reply-To: {made_id(mailbox='sales')}", mailbox="").mailbox == "sales"
    with pytest.raises(ValueError, match="40 characters"):
        made_id(mailbox="x" * 41)


def test_a_number_counts_only_for_those_who_take_part():
    def takes_part(number, sender):
        return CASE if (number, sender) == (12, "budi@example.com") else None

    assert thread("Subject: Re: [#7] [#12] my ad", takes_part=takes_part).by == "number"
    assert thread("Subject: Re: [#7] my ad", takes_part=takes_part) is None
    assert thread("Subject: 12 #12 (#12)", takes_part=takes_part) is None


REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; late@example.com
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822;budi@example.com
Action: failed
Status: 5.1.1 (nobody)
Diagnostic-Code: smtp; 550 5.1.1 no such user
--b
Content-Type: text/rfc822-headers

Message-ID: <l1@desk.example>
--b--
"""


def bounce(text):
    return understand(text.encode()).bounce


def test_a_report_says_which_letter_did_not_arrive_and_whether_for_good():
    found = bounce(REPORT)
    assert (found.address, found.permanent, found.status, found.original) == (
        "budi@example.com",
        True,
        "5.1.1",
        "<l1@desk.example>",
    )
    assert bounce(REPORT.replace("Action: failed", "Action: delayed").replace("5.1.1", "4.2.2")).permanent is False
    assert bounce(REPORT.replace("5.1.1", "4.2.2")).permanent is False
    assert (
        bounce(REPORT.replace("Action: failed", "Action: delivered").replace("Action: delayed", "Action: relayed"))
        is None
    )
    broken = bounce(
        REPORT.replace("Final-Recipient", "Final").replace("delivery-status\n\nReporting", "delivery-status\n\nx")
    )
    assert broken is None or broken.address == ""
    read = REPORT.replace("report-type=delivery-status", "report-type=disposition-notification").replace(
        "message/delivery-status", "message/disposition-notification"
    )
    assert bounce(read) is None
    assert telling.told(understand(REPORT.encode()))["automatic"] is True


def test_bounces_of_servers_that_write_no_reports():
    exim = bounce(
        "From: Mail Delivery System <Mailer-Daemon@x.example>\nX-Failed-Recipients: budi@example.com\n\n550 5.1.1 no\nMessage-ID: <l1@desk.example>\n"
    )
    assert (exim.address, exim.permanent, exim.status, exim.original) == (
        "budi@example.com",
        True,
        "5.1.1",
        "<l1@desk.example>",
    )
    qmail = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n\nHi. This is the qmail-send program at x.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. "
        "Sorry it didn't work out.\n\n<budi@example.com>:\nno such user\n"
    )
    assert bounce(qmail).address == "budi@example.com"
    assert bounce("From: Budi <budi@example.com>\nSubject: undeliverable\n\nMy parcel was.") is None


@pytest.mark.parametrize(
    ("head", "automatic", "away"),
    [
        ("X-Auto-Response-Suppress: DR, RN,AutoReply", True, False),
        ("X-Auto-Response-Suppress: DR RN", False, False),
        ("Subject: Automatic reply: your notice", True, True),
        ("Subject: =?utf-8?Q?Balasan_otomatis=3A?= cuti", True, True),
        ("Subject: Re: Out of office", True, True),
        ("Subject: Out of office chairs for sale", False, False),
        ("Auto-Submitted: auto-replied", True, True),
        ("Auto-Submitted: auto-generated (x)", True, False),
        ("Auto-Submitted: No", False, False),
        ("Precedence: LIST", True, False),
        ("Precedence: first-class", False, False),
        ("List-Id: x <x.example>", True, False),
    ],
)
def test_what_is_never_answered_by_a_machine(head, automatic, away):
    said = telling.told(understand(f"From: b@example.com\n{head}\n\nHello.".encode()))
    assert (said["automatic"], said["out_of_office"]) == (automatic, away)
    assert bool(said["automatic_why"]) == automatic


@pytest.mark.parametrize(
    "below",
    [
        "On Tue, 10 Mar 2026 at 09:00, Desk <help@desk.example> wrote:\n> Old.",
        "On Tue, 10 Mar 2026 at 09:00, a person with a long name\n<help@desk.example>\nwrote:\n> Old.",
        "Pada tanggal Sel, 10 Mar 2026 pukul 09.00 Desk <help@desk.example> menulis:\n> Old.",
        "Pada 10/03/26 09.00, Desk menulis:\nOld.",
        "Am 10.03.26 um 09:00 schrieb Desk:\n> Old.",
        "Le mar. 10 mars 2026 à 09:00, Desk <help@desk.example> a écrit :\n> Old.",
        "El mar, 10 mar 2026 a las 9:00, Desk (<help@desk.example>) escribió:\n> Old.",
        "вт, 10 мар. 2026 г. в 09:00, Desk <help@desk.example>:\n> Old.".replace(">:", "> пишет:"),
        "在 2026年3月10日，Desk <help@desk.example> 写道：\n> Old.",
        "Desk <help@desk.example> schrieb am Di., 10. März 2026, 09:00:\n> Old.",
        "________________________________\nFrom: Desk <help@desk.example>\nSent: Tuesday, March 10, 2026 9:00 AM\nTo: Budi\nSubject: Old\n\nOld.",
        "Dari: Desk <help@desk.example>\nDikirim: Selasa 10 Maret 2026 09.00\nKepada: Budi\nPerihal: Old\n\nOld.",
        "*From:* Desk <help@desk.example>\n*Date:* Tuesday\n*To:* Budi\n\nOld.",
        "-----Original Message-----\nOld.",
        "-------- Pesan Asli --------\nOld.",
        "## Tulis jawaban Anda di atas garis ini ##\nOld.",
        "> Please write your answer above this line\n> Old.",
        "> Old.\n> Older.",
    ],
)
def test_what_stands_below_is_set_apart(below):
    assert own_words(f"I sell my own cup.\n\n{below}") == ("I sell my own cup.", below)


def test_words_among_quotes_and_words_alone_stay():
    assert own_words("On Tue, 10 Mar 2026 Desk wrote:\n> Why?\n\nBecause it is mine.") == (
        "Because it is mine.",
        "On Tue, 10 Mar 2026 Desk wrote:\n> Why?",
    )
    among = "On Tue, 10 Mar 2026 Desk wrote:\n> Why?\nMine.\n> And?\nNothing."
    assert own_words(among) == ("> Why?\nMine.\n> And?\nNothing.", "On Tue, 10 Mar 2026 Desk wrote:")
    for own in (
        "On Monday my neighbour wrote:\nhe wants it back",
        "From: me\nTo: you",
        "- one\n- two",
        "I wrote: hello at 10",
        "To sell: one cup",
    ):
        assert own_words(own) == (own, "")


@pytest.mark.parametrize(
    ("page", "text", "quoted"),
    [
        (
            '<p>Mine.</p><div class="gmail_quote"><div class="gmail_attr">On 1 Jan a@b.c wrote:</div><blockquote>Old</blockquote></div>',
            "Mine.",
            "On 1 Jan a@b.c wrote:\n\n> Old",
        ),
        (
            '<div>Mine.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk</div>Old',
            "Mine.",
            "From: Desk\nOld",
        ),
        (
            'Mine.<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt"><b>From:</b> Desk</div>Old',
            "Mine.",
            "From: Desk\nOld",
        ),
        (
            '<div>Mine.<br><div><blockquote type="cite"><div>On 1 Jan 2026, at 9:00, Desk wrote:</div><p>Old</p></blockquote></div></div>',
            "Mine.",
            "> On 1 Jan 2026, at 9:00, Desk wrote:\n>\n> Old",
        ),
        (
            "<style>p{}</style><script>alert('<p>')</script><p>One<br>two</p><ul><li>a<li>b</ul>",
            "One\ntwo\n\n• a\n• b",
            "",
        ),
        (
            '<a href="https://x.example/a?b=1&amp;c">here</a> &#99999999999; &#xD800;',
            "here <https://x.example/a?b=1&c> \ufffd \ufffd",
            "",
        ),
        ('<p style="display:none">preview</p>seen<div hidden>no</div>', "seen", ""),
        ('<a href="javascript:x()">x</a><img alt="a cup" src="https://t.example/p.gif">', "x[a cup]", ""),
        ("<p>open <a href='x\">y</p> and < more", "open y\n\nand < more", ""),
    ],
)
def test_words_of_pages(page, text, quoted):
    mail = understand(f"From: b@example.com\nContent-Type: text/html\n\n{page}".encode())
    assert (mail.text, mail.quoted) == (text, quoted)


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b>",
        "<!--",
        "<a href='",
        '<a "',
        "</p",
        "&#",
        "<script>",
        "<",
        "<p style='display:none'>",
        "<blockquote>",
        "On 1 ",
        "> ",
        "From: a\n",
        "=?utf-8?Q?",
        "(",
        '"',
        "<@",
        "begin 644 x\n#0V%T\n",
        '; a="',
        "ref:td1",
        "--b\n",
        "\r",
        "_" * 50 + "\n",
    ],
)
def test_no_repetition_takes_more_than_its_length(piece):
    """Nothing nests, recurses or gives up, however often a stranger says it."""
    much = (piece * (30_000 // len(piece))).encode()
    for head in (
        b"Content-Type: text/html\n\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n",
        b"\n",
        b"Subject: ",
        b"To: ",
        b"Content-Type: x/y; ",
    ):
        assert set(telling.told(understand(b"From: a@b.example\n" + head + much)))


_PIECES = [
    *REPORT.encode().splitlines(keepends=True),
    b"From: =?utf-8?Q?J=C3=B6?= <j@x.example>\r\n",
    b"Content-Type: text/html; charset=gb2312\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''a%; filename*1=b\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Authentication-Results: mx; dmarc=fail\r\n",
    b"Date: Tue, 10 Mar 2026 16:00:00 +0700\r\n",
    b"\r\n",
    b"<p>x<a href='y'>z</a>\xff\xfe\x00",
    b"begin 644 x\n#0V%T\n`\nend\n",
    b"On 1 Jan 2026 a@b.example wrote:\n> x\n",
    f"In-Reply-To: {made_id()}\n".encode(),
    "\u202e\ud800".encode("utf-8", "surrogatepass"),
]


@given(st.lists(st.sampled_from(_PIECES) | st.binary(max_size=30), max_size=40), st.data())
def test_whatever_is_done_to_a_mail_it_is_understood(pieces, data):
    raw = bytearray(b"".join(pieces))
    for _ in range(data.draw(st.integers(0, 5)) if raw else 0):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    said = telling.told(understand(bytes(raw), desk=Desk(authserv="mx", domain="x.example", keys=[KEY])))
    assert set(said) == set(telling.told(understand(b"")))
    assert json.loads(json.dumps(said, ensure_ascii=False).encode()) == said
    for one in (said["from"], *said["to"], *said["attachments"]):
        assert "\n" not in one["name"]
        assert "=?" not in one.get("address", "")
    assert smtplib.quoteaddr(said["from"]["address"]).count("\n") == 0
