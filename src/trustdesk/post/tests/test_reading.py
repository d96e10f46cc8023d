"""Mail is understood as well as can be, whatever somebody's program made of it."""

import pytest

from trustdesk.post.mail.reading import understand
from trustdesk.post.mail.structure import MOST_PARTS
from trustdesk.post.mail.words import own_words

_BODY = """\
--b
Content-Type: text/html; charset=utf-8

<style>x</style><p>One &amp; two<br>three</p><script>alert(1)</script>
--b
Content-Type: image/png
Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fbukti%20%C3%A9.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b
Content-Type: message/rfc822

From: x@y.example

not mine
--b--
""".replace("\n", "\r\n")


def made(*lines, body="It is a fake.", sender="Amara <amara@example.com>"):
    head = [f"From: {sender}", "To: notices@desk.example", *lines, "", body]
    return "\r\n".join(head).encode("utf-8", "surrogateescape")


def test_an_ordinary_mail():
    mail = understand(
        made(
            "Subject: =?utf-8?B?UGFsc3UgYXBhIGFzbGk/?=",
            "Message-ID: <a1@example.com>",
            "In-Reply-To: <l2@desk.example>",
            "References: <l1@desk.example> <l2@desk.example>",
            "Date: Tue, 10 Mar 2026 16:00:00 +0700",
        )
    )
    assert (mail.sender.name, mail.sender.address, mail.answer_to) == (
        "Amara",
        "amara@example.com",
        "amara@example.com",
    )
    assert mail.subject == "Palsu apa asli?"
    assert mail.answers == ("<l2@desk.example>", "<l1@desk.example>")
    assert mail.sent_at.isoformat() == "2026-03-10T09:00:00+00:00"
    assert (mail.text, mail.quoted, mail.automatic, mail.quiet, mail.bounce) == ("It is a fake.", "", "", (), None)


def test_an_encoded_word_does_not_become_an_address():
    assert understand(made(sender="=?utf-8?Q?agent?=@example.com")).sender is None
    trick = understand(made(sender='"=?utf-8?Q?agent=40desk.example=00?=" <x@evil.example>')).sender
    assert trick.address == "x@evil.example"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Auto-Submitted: auto-replied; owner=x", "Auto-Submitted: auto-replied"),
        ("Auto-Submitted: no", ""),
        ("Precedence: bulk", "Precedence: bulk"),
        ("X-Autoreply: yes", "X-Autoreply"),
        ("Auto-Submitted: no\r\nAuto-Submitted: auto-generated", "Auto-Submitted: auto-generated"),
        ("Return-Path: <>", "no return path"),
        ("List-Id: <x.example>", ""),
        ("Content-Type: multipart/report; boundary=b", "a report"),
        ("X-Auto-Response-Suppress: DR, OOF", ""),
    ],
)
def test_machines_are_known(header, why):
    mail = understand(made(header))
    assert mail.automatic == why
    assert bool(mail.quiet) == (bool(why) or "OOF" in header or "List-Id" in header)


def test_no_return_path_is_a_machine():
    assert understand(made(), return_path="<>").automatic == "no return path"


def test_what_is_quoted_is_set_apart_and_never_lost():
    assert own_words(
        "I sell my own cup.\n\nOn Tue, 10 Mar 2026 the desk wrote:\n> It was removed.\n> Kind regards"
    ) == (
        "I sell my own cup.",
        "On Tue, 10 Mar 2026 the desk wrote:\n> It was removed.\n> Kind regards",
    )
    assert own_words("> Why?\nBecause it is mine.\n> And?\nNothing.") == (
        "> Why?\nBecause it is mine.\n> And?\nNothing.",
        "",
    )
    assert own_words("> only a quote") == ("> only a quote", "")
    assert own_words("") == ("", "")


def test_broken_mail_is_shown_as_well_as_can_be():
    raw = (
        b"From: budi@example.com\r\nSubject: caf\xe9 \x00 x\r\nDate: yesterday\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=gb2312-nonsense\r\n\r\nHarga \xa3 5\x00\r\n"
    )
    mail = understand(raw)
    assert mail.subject.startswith("caf")
    assert "\x00" not in mail.subject + mail.text
    assert mail.text == "Harga £ 5"
    assert mail.sent_at is None
    nothing = understand(b"\x00\xff\xfe no headers at all")
    assert nothing.sender is None


def test_html_becomes_words_and_a_forwarded_mail_is_attached():
    raw = made(
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        body=_BODY,
    )
    mail = understand(raw)
    assert mail.text == "One & two\nthree"
    assert [(one.name, one.type) for one in mail.attachments] == [
        ("bukti é.png", "image/png"),
        ("message.rfc822", "message/rfc822"),
    ]
    assert mail.attachments[0].content == b"\x89PNG\r\n\x1a\n"
    assert b"not mine" in mail.attachments[1].content


def test_parts_beyond_measure_are_counted_not_kept():
    body = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\npart {n}\r\n" for n in range(MOST_PARTS + 10)) + "--b--\r\n"
    mail = understand(made("MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", body=body))
    assert mail.left_out == 10
    assert mail.text.startswith("part 0")
