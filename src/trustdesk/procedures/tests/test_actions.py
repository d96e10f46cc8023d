"""Budi lost his account: Sari proves who asks, step by step, and keeps no document longer than she needs it."""

import io
from datetime import timedelta

import pytest

from trustdesk.files import actions as files
from trustdesk.files import queries as file_queries
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.rules import Allowance
from trustdesk.post import queries as post
from trustdesk.procedures import actions, queries
from trustdesk.procedures.tests.makers import SHORT, person, started, tick
from trustdesk.signals.images.tests.makers import png, scene
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.support.actions import CaseClosed, NoSuchCase
from trustdesk.support.tests.makers import asked, wrote

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sari():
    return person()


def test_no_required_step_is_left_out_and_the_end_is_a_fact(now, sari):
    case, run = started(sari, now)
    for step in ("paper", "good", "nothing"):
        with pytest.raises(actions.NotThisStep):
            tick(sari, run, now, step=step)
    for answer in ("skipped", "yes", "", "proven"):
        with pytest.raises(Invalid):
            tick(sari, run, now, answer)
    assert tick(sari, run, now) == "more"
    assert tick(sari, run, now, "skipped") == "paper"
    with pytest.raises(actions.ProofMissing):
        tick(sari, run, now)
    actions.note_proof(actor=sari, run_id=run, document="id_card", showed="Name and photo fit", now=now)
    assert tick(sari, run, now) == "fits"
    with pytest.raises(Invalid):
        tick(sari, run, now, "done")
    assert tick(sari, run, now, "yes", note="Same photo") == "good"
    assert queries.proven(case) is None
    assert tick(sari, run, now) == ""
    found = queries.run(run)
    assert (found.state, found.outcome, found.step) == ("ended", "proven", None)
    assert queries.proven(case) == now
    assert [(one.step.code, one.answer) for one in found.ticks][-2:] == [("fits", "yes"), ("good", "done")]
    (fact,) = [one for one in ledger.of_subject(str(case)) if one.kind == "procedure.ended"]
    assert fact.told["outcome"] == "proven"
    for verb in (
        lambda: actions.tick(actor=sari, run_id=run, step="good", answer="done", seen=found.version, now=now),
        lambda: actions.take_back(actor=sari, run_id=run, seen=found.version, now=now),
        lambda: actions.stop(actor=sari, run_id=run, seen=found.version, why="x", now=now),
        lambda: actions.note_proof(actor=sari, run_id=run, document="id_card", showed="x", now=now),
    ):
        with pytest.raises(actions.RunOver):
            verb()


def test_a_tick_is_taken_back_and_the_ledger_knows(now, sari):
    case, run = started(sari, now)
    with pytest.raises(Invalid):
        actions.take_back(actor=sari, run_id=run, seen=1, now=now)
    tick(sari, run, now)
    with pytest.raises(Stale, match="Sari has gone on"):
        actions.take_back(actor=person(name="Rina"), run_id=run, seen=1, now=now)
    actions.take_back(actor=sari, run_id=run, seen=2, now=now)
    assert queries.run(run).step.code == "look"
    assert queries.run(run).ticks == ()
    assert [one.kind for one in ledger.of_subject(str(case))].count("procedure.taken_back") == 1
    with pytest.raises(Invalid):
        actions.stop(actor=sari, run_id=run, seen=3, why=" ", now=now)
    actions.stop(actor=sari, run_id=run, seen=3, why="They stopped answering.", now=now)
    assert queries.run(run).outcome == ""
    assert actions.start(actor=sari, case_id=case, code="short", now=now) != run


def test_where_it_may_not_be_started(now, sari):
    case, _run = started(sari, now)
    with pytest.raises(actions.RunningAlready):
        actions.start(actor=sari, case_id=case, code="short", now=now)
    with pytest.raises(NotFound):
        actions.start(actor=sari, case_id=case, code="nothing", now=now)
    other = asked(now).id
    support.set_status(actor=sari, case_id=other, status="closed", now=now)
    with pytest.raises(CaseClosed):
        actions.start(actor=sari, case_id=other, code="short", now=now)
    elsewhere = asked(now, market="SG").id
    rights = [Allowance(one, markets=frozenset({"ID"})) for one in ("support.read", "procedures.use")]
    with pytest.raises(NoSuchCase):
        actions.start(
            actor=Actor(kind="staff", id=sari.id, allowances=frozenset(rights)),
            case_id=elsewhere,
            code="short",
            now=now,
        )
    with pytest.raises(Forbidden):
        actions.start(actor=person("auditor", "Ines"), case_id=other, code="short", now=now)


def test_numbers_are_not_noted_and_secrets_not_asked_for(now, sari):
    _case, run = started(sari, now)
    with pytest.raises(Invalid) as refused:
        tick(sari, run, now, note="Card 3171 2345 6789 0001")
    assert refused.value.fields == {"note": "Write what it showed, never its number."}
    with pytest.raises(Invalid):
        tick(sari, run, now, note="x" * 501)
    asks = SHORT.replace("Never send a password.", "And your password.")
    with pytest.raises(Invalid):
        actions.keep(actor=person("lead", "Dewi"), source=asks, number=1, now=now)


def document(now, **given):
    """A case with an attachment, as mail brings it."""
    picture = files.store_file(actor=SYSTEM, source=png(scene(seed=7)), declared_type="image/png", now=now)
    raw = files.keep_made(
        actor=SYSTEM, source=io.BytesIO(b"From: b\r\n\r\npicture"), media_type="message/rfc822", now=now
    )
    return picture.id, raw.id


def to_proof(by, run, now):
    tick(by, run, now)
    tick(by, run, now, "skipped")


def test_a_document_is_deleted_on_its_day_with_the_mail_it_came_in(now, sari):
    case, run = started(sari, now)
    picture, raw = document(now)
    wrote(case, now, "Here it is", files=[picture], raw=raw)
    with pytest.raises(actions.NotThisStep):
        actions.note_proof(actor=sari, run_id=run, document="id_card", showed="Fits", now=now)
    to_proof(sari, run, now)
    told = {"actor": sari, "run_id": run, "document": "id_card", "showed": "Name fits", "now": now}
    for wrong in (
        {"document": "tattoo"},
        {"showed": " "},
        {"showed": "317123456789"},
        {"file": raw},
        {"days": 8, "file": picture},
    ):
        with pytest.raises(Invalid):
            actions.note_proof(**(told | wrong))
    proof = actions.note_proof(**told, file=picture, days=7)
    assert not actions.forget_due(now=now + 6 * DAY)
    assert file_queries.view_of(picture).is_picture
    tick(sari, run, now)
    tick(sari, run, now, "yes")
    tick(sari, run, now)
    actions.forget_due(now=now + timedelta(hours=23))
    assert file_queries.view_of(picture).is_picture
    actions.forget_due(now=now + DAY)  # proven: it is needed no longer
    for one in (picture, raw):
        assert file_queries.view_of(one).reason == "forgotten"
        with pytest.raises(FileNotFoundError):
            file_queries.open_original(one)
    with pytest.raises(NotFound):
        file_queries.rendition(picture, "shown")
    (shown,) = queries.run(run).proofs
    assert (shown.file, shown.showed, shown.forgotten_at) == (None, "Name fits", now + DAY)
    assert [one.kind for one in ledger.of_subject(str(case))].count("procedure.proof_forgotten") == 1
    assert post.is_quiet(raw) is False, "who asks later finds no bytes, and says so"
    assert cases.conversation(case)[-1].text == "Here it is"
    with pytest.raises(NotFound):
        actions.forget_now(actor=sari, proof_id=proof, now=now)
    again, _raw = document(now)
    assert again == picture
    assert file_queries.view_of(picture).is_picture, "brought again, it is there again"


def test_a_document_is_deleted_at_once_and_when_it_is_stopped_soon(now, sari):
    case, run = started(sari, now)
    picture, raw = document(now)
    wrote(case, now, "Here it is", files=[picture], raw=raw)
    to_proof(sari, run, now)
    told = {"actor": sari, "run_id": run, "document": "passport", "showed": "Name fits", "file": picture, "now": now}
    proof = actions.note_proof(**told, days=7)
    actions.stop(actor=sari, run_id=run, seen=queries.run(run).version, why="No answer", now=now)
    assert queries.run(run).proofs[0].forget_at == now + DAY
    actions.forget_now(actor=sari, proof_id=proof, now=now)
    assert not file_queries.view_of(picture).is_picture


def test_words_for_who_asks_become_the_draft_in_their_language(now, sari):
    case, run = started(sari, now, language="ms")
    with pytest.raises(Invalid):
        actions.put_into_reply(actor=sari, run_id=run, now=now)
    to_proof(sari, run, now)
    support.save_draft(actor=sari, case_id=case, mode="reply", text="Halo!", now=now)
    actions.put_into_reply(actor=sari, run_id=run, now=now)
    assert cases.drafts_of(case, actor=sari)["reply"] == "Halo!\n\nKirimkan."


def test_versions_stay_what_runs_goes_on_with_its_own(now, sari):
    dewi = person("lead", "Dewi")
    _case, run = started(sari, now)
    shorter = SHORT.replace('"Look"', '"Look twice"')
    actions.keep(actor=dewi, source=shorter, number=1, now=now)
    with pytest.raises(Stale):
        actions.keep(actor=dewi, source=shorter, number=1, now=now)
    with pytest.raises(Stale):
        actions.keep(actor=dewi, source=shorter, number=0, now=now)
    with pytest.raises(Invalid):
        actions.keep(actor=dewi, source=shorter, number=2, code="other", now=now)
    assert queries.run(run).step.title["en"] == "Look"
    assert queries.by_code("short").number == 2
    with pytest.raises(Forbidden):
        actions.keep(actor=sari, source=shorter, number=2, now=now)


def test_those_that_come_are_kept_once_and_never_over_a_persons(now, monkeypatch):
    actions.load_shipped(now=now)
    actions.load_shipped(now=now)
    assert {(one.code, one.number) for one in queries.listed()} == {
        (c, 1) for c in ("hacked", "identity", "recovery", "safety")
    }
    one = queries.by_code("safety")
    actions.keep(actor=SYSTEM, source=one.source + "# older\n", number=1, now=now)
    actions.load_shipped(now=now)
    assert queries.by_code("safety").number == 3, "newer words replace older ones of ours"
    actions.keep(actor=person("lead", "Dewi"), source=one.source + "# ours\n", number=3, now=now)
    actions.load_shipped(now=now)
    assert queries.by_code("safety").number == 4
