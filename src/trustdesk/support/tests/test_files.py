"""Files go with a reply as they were called, and nothing dangerous does; what comes in is named and marked."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as told
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.dovecot import free

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post import receiving, sending
from trustdesk.post.models import IncomingMail
from trustdesk.support import actions, queries, rules, showing
from trustdesk.support.refusals import NotAttached
from trustdesk.support.tests.makers import asked, case, seen
from trustdesk.support.tests.test_two_people import both
from trustdesk.web.tests import makers

pytestmark = pytest.mark.real

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SECOND = timedelta(seconds=1)


@pytest.fixture
def sari(real_db):
    staff = makers.staff("reviewer", name="Sari")
    client = Client()
    client.force_login(staff, told.AUTHENTICATION_BACKENDS[0])
    return actor_for(staff), client


@pytest.fixture
def sink(settings):
    came = []

    class Kept:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802  the library's name
            came.append(message_from_bytes(envelope.content, policy=default))
            return "250 2.0.0 kept"

    controller = Controller(Kept(), hostname="127.0.0.1", port=free())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield came
    controller.stop()


def sent(client, case_id, name, content, kind="application/pdf", mode="reply"):
    return client.post(
        f"/cases/attach?case={case_id}&mode={mode}", {"file": SimpleUploadedFile(name, content, content_type=kind)}
    )


def kept(case_id, actor, mode="reply"):
    return queries.files_of_drafts(case_id, actor=actor).get(mode, ())


def took_in(actor, now, name="a.pdf", content=PDF, kind="application/pdf"):
    return actions.take_in(
        actor=actor, source=BytesIO(content), name=name, declared_type=kind, size=len(content), now=now
    )


def test_files_leave_with_the_letter_whatever_they_are_called(sari, sink, now):
    actor, client = sari
    one = asked(now)
    names = [
        "Tagihan Übersicht — 発票.pdf",
        'x"; filename="evil.pdf',
        "a\r\nBcc: thief@example.com\r\n.pdf",
        "../../etc/p",
    ]
    for n, name in enumerate(names):
        attached = took_in(actor, now, name=name, content=PDF + b"%" * n)
        actions.attach(actor=actor, case_id=one.id, mode="reply", attached=attached, now=now)
    assert sent(client, one.id, "notes.txt", b"Read me.", "text/plain").status_code == 200
    files = kept(one.id, actor)
    assert len(files) == 5
    body = {"text": "Here they are.", "seen": 1, "then_status": "", "files": [str(file.file) for file in files]}
    assert client.post(f"/cases/{one.id}/reply", body).status_code == 303
    assert queries.files_of_drafts(one.id, actor=actor) == {}

    later = case(one.id).changed_at + 16 * SECOND
    actions.send_due(now=later)
    sequencer.sequence()
    outbox.deliver_all(now=later, reactors=reactor_names())
    sending.send_due(now=later)
    (mail,) = [each for each in sink if "Here they are." in each.get_body(("plain",)).get_content()]
    parts = list(mail.iter_attachments())
    called = [part.get_filename() for part in parts]
    assert called[0] == names[0]
    assert called[3:] == ["p", "notes.txt"]
    assert all("\n" not in name and "/" not in name for name in called)
    assert "Bcc" not in mail
    assert {part.get_content_disposition() for part in parts} == {"attachment"}
    assert parts[0].get_payload(decode=True) == PDF
    assert "filename*" in parts[0].as_bytes().decode("ascii")
    # The page names them.
    page = client.get(f"/cases/{one.id}").content.decode()
    assert "Tagihan Übersicht — 発票.pdf" in page


def test_files_stay_with_the_draft_through_undo_and_merge_and_two_windows(sari, now):
    actor, client = sari
    one, other = asked(now), asked(now)
    first, second = took_in(actor, now), took_in(actor, now, name="b.pdf", content=PDF + b"%")
    # Attached at once from two windows, both are there; without words it is a draft all the same.
    attach = [
        lambda file=file: actions.attach(actor=actor, case_id=one.id, mode="reply", attached=file, now=now)
        for file in (first, second)
    ]
    assert (
        both(*attach, lambda: actions.save_draft(actor=actor, case_id=one.id, mode="reply", text="Hm", now=now))
        == ["done"] * 3
    )
    actions.save_draft(actor=actor, case_id=one.id, mode="reply", text="", now=now)
    assert {file.name for file in kept(one.id, actor)} == {"a.pdf", "b.pdf"}
    # Sent and undone; meanwhile one was attached to the next draft.
    reply = actions.reply(
        actor=actor, case_id=one.id, text="Look.", seen=1, attached=list(kept(one.id, actor)), now=now
    )
    third = took_in(actor, now, name="c.pdf", content=PDF + b"%%")
    actions.attach(actor=actor, case_id=one.id, mode="reply", attached=third, now=now)
    actions.undo_send(actor=actor, message_id=reply, now=now + SECOND)
    assert [file.name for file in kept(one.id, actor)][-1] == "c.pdf"
    assert len(kept(one.id, actor)) == 3
    assert queries.drafts_of(one.id, actor=actor) == {"reply": "Look."}
    # Merged, all of it goes along; a file sent twice is there once.
    actions.attach(actor=actor, case_id=other.id, mode="reply", attached=first, now=now)
    actions.merge(actor=actor, case_id=one.id, into=other.id, now=now + 2 * SECOND)
    assert len(kept(other.id, actor)) == 3
    # What was attached at the case that went is attached where it went; taken away, it is gone.
    actions.detach(actor=actor, case_id=one.id, mode="reply", file_id=third.file, now=now)
    assert len(kept(other.id, actor)) == 2
    gone = {"text": "Look.", "seen": seen(other.id), "then_status": "", "files": [str(third.file)]}
    assert client.post(f"/cases/{other.id}/reply", gone).status_code == 422
    assert not [said for said in queries.conversation(other.id) if said.direction == "out"]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("setup.exe", b"MZ\x90\x00" + bytes(200), "application/octet-stream"),
        ("letter.pdf", b"MZ\x90\x00" + bytes(200), "application/pdf"),
        ("drawing.svg", SVG, "image/svg+xml"),
        ("picture.png", SVG, "image/png"),
        ("page.html", b"<!doctype html><html><script>1</script></html>", "text/html"),
        ("page.pdf.js", b"alert(1)", "text/plain"),
        ("invoice\u202efdp.exe", PDF, "application/pdf"),
    ],
)
def test_what_may_run_is_refused_in_words(sari, now, name, content, kind):
    actor, client = sari
    one = asked(now)
    answer = sent(client, one.id, name, content, kind)
    assert answer.status_code == 422, answer.content
    assert "is not attached" in answer.content.decode()
    assert kept(one.id, actor) == ()


def test_how_much_goes_with_a_reply_is_bounded(sari, now, settings):
    actor, client = sari
    one, phone = asked(now), asked(now, channel="api")
    settings.ATTACH_LIMIT, settings.ATTACH_TOGETHER = 2_000, 3_000
    assert sent(client, one.id, "a.pdf", PDF + bytes(2_000)).status_code == 422
    assert sent(client, one.id, "a.pdf", PDF + bytes(1_800)).status_code == 200
    assert sent(client, one.id, "a.pdf", PDF + bytes(1_700)).status_code == 422
    settings.ATTACH_TOGETHER = 2**20
    for n in range(rules.MOST_FILES - 1):
        assert sent(client, one.id, f"{n}.pdf", PDF + bytes(n)).status_code == 200
    assert sent(client, one.id, "more.pdf", PDF + bytes(500)).status_code == 422
    assert len(kept(one.id, actor)) == rules.MOST_FILES
    for wrong in (f"case={one.id}&mode=shout", "case=x&mode=reply", f"case={one.id}"):
        posted = client.post(f"/cases/attach?{wrong}", {"file": SimpleUploadedFile("a.pdf", PDF)})
        assert posted.status_code in {404, 422}, wrong
    assert client.post(f"/cases/attach?case={one.id}&mode=reply").status_code == 422
    assert client.post(f"/cases/attach?case={one.id}&mode=reply", {"file": "words"}).status_code == 422
    # Where no letter leaves, nothing is said to go with one; a note keeps what it is given.
    with pytest.raises(Invalid):
        actions.reply(
            actor=actor, case_id=phone.id, text="By the platform.", seen=1, attached=[took_in(actor, now)], now=now
        )
    assert sent(client, phone.id, "n.pdf", PDF, mode="note").status_code == 200
    noted = actions.note(actor=actor, case_id=phone.id, text="See.", attached=kept(phone.id, actor, "note"), now=now)
    assert [file.name for file in queries.message(noted).attached] == ["n.pdf"]
    with pytest.raises(NotAttached):
        took_in(actor, now, content=PDF + bytes(3_000))


def test_what_comes_in_is_named_and_marked_and_never_opened_here(sari, now, settings):
    settings.MAIL_DOMAIN = "desk.example"
    _actor, client = sari
    told_raw = (
        b"From: Budi <budi@example.com>\r\nTo: help@desk.example\r\nSubject: Files\r\nMessage-ID: <f1@example.com>\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
        b" filename*0*=UTF-8''Bukti%20; filename*1*=transfer%20%E2%80%94.pdf\r\n\r\n" + PDF + b"\r\n"
        b'--b\r\nContent-Type: image/svg+xml\r\nContent-Disposition: inline; filename="..\\a/<b>.svg"\r\n\r\n'
        + SVG
        + b"\r\n--b--\r\n"
    )
    receiving.take(raw=told_raw, sender="budi@example.com", recipients=["help@desk.example"], now=now)
    receiving.handle_due(now=now)
    row = IncomingMail.objects.get()
    assert row.state == "handled", row.why
    case_id = row.about.removeprefix("case:")
    lead = makers.staff("admin", name="Jonas")
    sheet = showing.sheet(UUID(case_id), actor=actor_for(lead), now=clock())
    pdf, svg = next(iter(sheet.attached.values()))
    assert (pdf.name, pdf.marks) == ("Bukti transfer —.pdf", [])
    assert svg.name.endswith("<b>.svg")
    assert "may run programs" in svg.marks
    assert svg.url == ""
    assert pdf.url
    page = client.get(f"/cases/{case_id}").content.decode()
    assert "Bukti transfer —.pdf" in page
    assert "&lt;b&gt;.svg" in page
    assert "<b>.svg" not in page
    got = client.get(pdf.url)
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["Content-Type"] == "application/octet-stream"
