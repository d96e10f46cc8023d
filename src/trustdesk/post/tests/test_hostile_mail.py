"""Mail as enemies, old programs and bad luck make it: always understood as well as can be, never as what it pretends."""

import base64
import io
import json
import zipfile

import pytest

from trustdesk.post.mail import telling
from trustdesk.post.mail.reading import Desk, understand
from trustdesk.post.mail.structure import MOST_DEPTH

DESK = Desk(authserv="mx.desk.example", domain="desk.example")


def mail(*head, body=b"Hello.", sender=b"From: Budi <budi@example.com>"):
    lines = [sender, *(one if isinstance(one, bytes) else one.encode() for one in head), b"", body]
    return understand(b"\r\n".join(line for line in lines if line is not None), desk=DESK)


def mixed(*parts, kind="mixed", head=()):
    body = b"".join(b"--b\r\n" + (one if isinstance(one, bytes) else one.encode()) + b"\r\n" for one in parts)
    return mail(f"Content-Type: multipart/{kind}; boundary=b", *head, body=body + b"--b--\r\n")


@pytest.mark.parametrize(
    ("declared", "content", "text"),
    [
        ("gb2312", "镕基 € 䶮".encode("gb18030"), "镕基 € 䶮"),  # letters GB2312 has not
        ("ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하"),
        ("utf-8", "Harga £5 café".encode("cp1252"), "Harga £5 café"),
        ("no-such-charset", "Grüße".encode(), "Grüße"),
        ("", "Grüße".encode("latin-1"), "Grüße"),
        ("utf-8", ("日本語" * 40).encode() + b"\xff", "日本語" * 40 + "\ufffd"),  # one bad byte costs one letter
        ("punycode", b"plain", "plain"),
        ("rot13", b"plain", "plain"),
        ("utf-16", b"plain", "plain"),
        (
            "x-broken",
            "Здравствуйте, это письмо о моём объявлении, которое вы удалили вчера вечером".encode("koi8-r"),
            "Здравствуйте, это письмо о моём объявлении, которое вы удалили вчера вечером",
        ),
    ],
)
def test_words_in_any_charset(declared, content, text):
    assert mail(f"Content-Type: text/plain; charset={declared}", body=content).text == text


@pytest.mark.parametrize(
    ("sender", "name", "address", "mark"),
    [
        (b"From: =?utf-8?Q?agent?=@example.com", "=?utf-8?Q?agent?=@example.com", "", "encoded_address"),
        (
            b"From: <=?utf-8?B?YWdlbnRAZGVzay5leGFtcGxl?=>",
            "=?utf-8?B?YWdlbnRAZGVzay5leGFtcGxl?=",
            "",
            "encoded_address",
        ),
        (b"From: agent@desk.example <x@evil.example>", "agent@desk.example", "x@evil.example", "name_is_an_address"),
        (b'From: "agent@desk.example" <x@evil.example>', "agent@desk.example", "x@evil.example", "name_is_an_address"),
        (
            b"From: =?utf-8?Q?=22agent=40desk=2Eexample=22_=3Cagent=40desk=2Eexample=3E?= <x@evil.example>",
            '"agent@desk.example" <agent@desk.example>',
            "x@evil.example",
            "name_is_an_address",
        ),
        (
            "From: agent＠desk.example <x@evil.example>".encode(),
            "agent＠desk.example",
            "x@evil.example",
            "name_is_an_address",
        ),
        (b"From: a@desk.example, x@evil.example", "", "a@desk.example", "several_senders"),
        (b"From: a@x.example\r\nFrom: b@x.example", "", "a@x.example", "several_senders"),
        (b"From: A <a@x.example> <b@x.example>", "A", "a@x.example", "several_addresses"),
        (b"From: a@b@c.example", "a@b@c.example", "", "no_address"),
        (b"From: agent\x00@desk.example", "agent @desk.example", "", "no_address"),
        (
            b"From: =?utf-8?Q?x=0D=0ABcc:_y=40z.example?= <x@evil.example>",
            "x Bcc: y@z.example",
            "x@evil.example",
            "hidden_marks",
        ),
        ("From: \u202egnp.exe <x@evil.example>".encode(), "gnp.exe", "x@evil.example", "hidden_marks"),
        ("From: Bank <x@аррӏе.example>".encode(), "Bank", "x@аррӏе.example", "lookalike_domain"),
        (b"From: Bank <x@xn--80ak6aa92e.example>", "Bank", "x@xn--80ak6aa92e.example", "lookalike_domain"),
        (b"From: Desk <agent@desk.example>", "Desk", "agent@desk.example", "says_to_be_us"),
        (b"Subject: nobody", "", "", "no_sender"),
    ],
)
def test_senders_that_pretend(sender, name, address, mark):
    found = mail(sender=sender)
    assert (found.author.name, found.author.address) == (name, address)
    assert mark in found.spoofed
    assert telling.told(found)["spoofed"] is True


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("From: Jörg <jörg@bücher.example>".encode(), "Jörg", "jörg@bücher.example"),
        (b"From: J\xf6rg <j@x.example>", "Jörg", "j@x.example"),
        (b'From: "Doe, Jane (Sales)" <jane@x.example>', "Doe, Jane (Sales)", "jane@x.example"),
        (b"From: =?utf-8?Q?Doe,_Jane?= <jane@x.example>", "Doe, Jane", "jane@x.example"),
        (b"From: jane@x.example (Jane Doe)", "Jane Doe", "jane@x.example"),
        (b"From: Desk: Jane <jane@x.example>;", "Jane", "jane@x.example"),
        (b"From: <@relay.example:jane@x.example>", "", "jane@x.example"),
        (b'From: "=?utf-8?Q?J=C3=B6?=\r\n =?utf-8?Q?rg?=" <j@x.example>', "Jörg", "j@x.example"),
        (b'From: "jane@x.example" <Jane@X.example>', "jane@x.example", "Jane@X.example"),
        ("From: 山田 <y@例え.example>".encode(), "山田", "y@例え.example"),
        (b'From: "jane doe"@x.example', "", '"jane doe"@x.example'),
    ],
)
def test_senders_that_are_only_unusual(sender, name, address):
    found = mail(sender=sender)
    assert (found.author.name, found.author.address, found.spoofed) == (name, address, ())


def test_only_our_own_servers_checks_count():
    ours = "Authentication-Results: mx.desk.example; dmarc=fail header.from=example.com; spf=pass"
    assert mail(ours).spoofed == ("failed_checks",)
    assert mail(ours.replace("mx.desk", "mx.evil")).spoofed == ()
    assert mail(ours.replace("=fail", "=pass")).spoofed == ()
    # What stands further down was there before the mail came to us.
    assert mail(ours, ours.replace("=fail", "=pass")).spoofed == ("failed_checks",)
    assert mail("Authentication-Results: mx.desk.example; spf=softfail; dkim=none").spoofed == ("failed_checks",)
    assert mail("Authentication-Results: mx.desk.example; spf=softfail; dkim=pass").spoofed == ()


def test_where_answers_go():
    assert mail("Reply-To: help@shop.example.com").spoofed == ()
    found = mail("Reply-To: X <x@evil.example>")
    assert (found.reply_to.address, found.answer_to, found.spoofed) == (
        "x@evil.example",
        "x@evil.example",
        ("reply_to_elsewhere",),
    )


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('filename="=?utf-8?B?YnVrdGkgw6kucG5n?="', "bukti é.png"),  # RFC 2047 where it does not belong
        ("filename*0*=utf-8'id'bukti%20; filename*1*=%C3%A9; filename*2=.png", "bukti é.png"),
        ("filename*1*=B.png; filename*0*=utf-8''A", "AB.png"),
        ("filename*=utf-8''%C3", "Ã"),
        ("filename*=nonsense", "nonsense"),
        ("filename*=''x", "x"),
        ("filename*9999=x; filename=y.png", "y.png"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\temp\\\\x.png"', "x.png"),
        ('filename="a\\"b.png"', 'a"b.png'),
        ('filename="no end.png', "no end.png"),
        ('filename="<script>alert(1)<\\/script>.png"', "script>.png"),
        ('filename="=?utf-8?Q?x=0D=0Ay.png?="', "x y.png"),
        ("filename=", "image.png"),
    ],
)
def test_names_of_attachments(said, name):
    (one,) = mixed(f"Content-Type: image/png\r\nContent-Disposition: attachment; {said}\r\n\r\nx").attachments
    assert one.name == name


def test_an_attachment_that_reads_backwards_is_marked():
    (one,) = mixed("Content-Type: application/pdf; name*=utf-8''invoice%E2%80%AEfdp.exe\r\n\r\nx").attachments
    assert one.name == "invoicefdp.exe"
    assert set(one.marks) == {"dangerous", "turned_name"}


def test_what_is_dangerous_sealed_or_packed_is_marked_and_nothing_is_opened():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(10_000_000))
    found = mixed(
        "Content-Type: text/plain\r\n\r\nSee.",
        "Content-Type: image/svg+xml; name=a.svg\r\n\r\n<svg onload='x()'/>",
        "Content-Type: text/html; name=page.html\r\n\r\n<script>x()</script>",
        b"Content-Type: application/zip; name=b.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(bomb.getvalue()),
        'Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\x9f>"',
        "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR",
        "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx",
    )
    assert found.text == "See."
    assert [(one.name, *one.marks) for one in found.attachments] == [
        ("a.svg", "dangerous"),
        ("page.html", "dangerous"),
        ("b.zip", "archive"),
        ("winmail.dat", "winmail"),
        ("text.calendar", "invitation"),
        ("smime.p7s",),
    ]
    assert found.attachments[2].size == len(bomb.getvalue()) < 20_000
    assert (found.signed, found.encrypted) == ("s/mime", "")
    pgp = mixed(
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        "Content-Type: application/octet-stream\r\n\r\n-",
        kind="encrypted",
    )
    assert pgp.encrypted == "pgp"
    assert mail(body=b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx").signed == "pgp"


def test_files_in_the_middle_of_words():
    body = b"Look:\nbegin 644 caf\xe9.txt\n#0V%T\n`\nend\nThanks.\nbegin with this\n"
    found = mail(body=body)
    assert found.text == "Look:\nThanks.\nbegin with this"
    assert [(one.name, one.content) for one in found.attachments] == [("café.txt", b"Cat")]


def test_lines_broken_for_the_way_are_whole_again():
    body = b"This is one \r\nlong line.\r\n\r\n> quoted and \r\n> long\r\n From here\r\n-- \r\nBudi"
    found = mail("Content-Type: text/plain; format=flowed", body=body)
    assert found.text == "This is one long line.\n\n> quoted and long\nFrom here\n-- \nBudi"
    assert mail("Content-Type: text/plain; format=flowed; delsp=yes", body="日 \r\n本".encode()).text == "日本"


def test_structures_that_lie():
    assert mail("Content-Type: multipart/mixed; boundary=b", body=b"no part at all").text == "no part at all"
    assert mail("Content-Type: multipart/mixed", body=b"no boundary").text == "no boundary"
    assert mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\n\ncut sh").text == "cut sh"
    assert mail("Content-Type: nonsense; ;;=;", body=b"words").text == "words"
    assert mail("Content-Transfer-Encoding: base64", body=b"SGVs\nbG8*=").text == "Hello"
    assert mail("Content-Transfer-Encoding: x-nobody-knows", body=b"words").text == "words"
    assert understand(b"").text == ""
    assert understand(b"\x00\xff\xfe").author.address == ""
    assert understand(b"\r\n\r\n").attachments == ()
    assert understand(b"words without a head").text == "words without a head"
    # A forwarded mail in a forwarded mail … is one attachment, however deep.
    assert len(mixed(b"Content-Type: message/rfc822\r\n\r\n" * 2_000).attachments) == 1
    deep = b"".join(b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(500))
    nested = mail("Content-Type: multipart/mixed; boundary=0", body=deep + b"--500\r\n\r\nthe bottom\r\n")
    assert [one.type for one in nested.attachments] == ["application/octet-stream"]
    assert nested.attachments[0].content.endswith(b"the bottom\r\n")
    assert MOST_DEPTH < 500


def test_the_better_form_of_two_and_all_of_several():
    both = mixed(
        "Content-Type: text/plain\r\n\r\nPlain.", "Content-Type: text/html\r\n\r\n<b>Rich.</b>", kind="alternative"
    )
    assert (both.text, both.pages) == ("Plain.", ("<b>Rich.</b>",))
    empty = mixed(
        "Content-Type: text/plain\r\n\r\n ", "Content-Type: text/html\r\n\r\n<b>Rich.</b>", kind="alternative"
    )
    assert empty.text == "Rich."
    footer = mixed("Content-Type: text/html\r\n\r\n<b>Rich.</b>", "Content-Type: text/plain\r\n\r\nA list's footer")
    assert footer.text == "Rich.\n\nA list's footer"


def test_many_and_large():
    crowd = mail("To: " + ", ".join(f"u{n} <u{n}@example.com>" for n in range(1_000)))
    assert len(crowd.to) == 1_000
    parts = mixed(*(f"Content-Type: image/png; name={n}.png\r\n\r\nx" for n in range(1_000)))
    assert (len(parts.attachments), parts.left_out) == (1_000, 0)
    large = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    large += (b"QUFB" * 19 + b"\r\n") * 670_000  # 52 MB as it is sent
    (one,) = mixed(large).attachments
    assert one.size == 670_000 * 57
    long = mail(body=b"word " * 1_000_000)
    assert (len(long.text), long.cut) == (199_999, True)


def test_dates_that_are_none():
    for date in ("yesterday", "Tue, 99 Mar 2026 99:00:00 +9999", "", "=?utf-8?Q?x?=", "1 Jan 99999999999 00:00"):
        assert mail(f"Date: {date}").sent_at is None


def test_every_mail_is_told_with_the_same_keys():
    keys = set(telling.told(mail()))
    assert keys >= {
        "from",
        "reply_to",
        "to",
        "subject",
        "thread",
        "text",
        "quoted",
        "attachments",
        "automatic",
        "bounce",
        "spoofed",
    }
    for raw in (b"", b"\xff" * 100, b"From: a@b.example\n\n", "Subject: \ud800".encode("utf-8", "surrogatepass")):
        said = telling.told(understand(raw))
        assert set(said) == keys
        assert json.loads(json.dumps(said, ensure_ascii=False).encode()) == said
