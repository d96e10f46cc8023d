"""Budi disagrees: his ad was removed wrongly, somebody else looks again. Nobody decides about themselves, by any door."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from tests.stories.conftest import ad
from trustdesk.appeals import actions as appeals
from trustdesk.appeals import queries
from trustdesk.appeals.mail import receive_mail
from trustdesk.appeals.models import Appeal
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.files.models import StoredFile
from trustdesk.kernel.base import timesource
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Source, Staff
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import BarredFrom, NothingWaiting
from trustdesk.kernel.work.models import WorkItem
from trustdesk.post.boxes import Incoming
from trustdesk.post.mail.reading import understand
from trustdesk.post.models import Letter
from trustdesk.review import actions as review
from trustdesk.review import queries as reviews

WHY = "The bicycle is mine and the number is that of the shop, which your rules allow."
PHONE = "Selling my bicycle, hardly used. Call me on +62 812 0000 1234 any time."
# The string every scanner is tried with, in pieces, so that nobody's scanner takes this file away.
MALWARE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def key(desk, now):
    return people.make_key(actor=SYSTEM, name="Care", scopes=["appeals:write"], source="pasar", now=now).secret


def removed(desk, name="a-1", **more):
    """An ad that a rule removes."""
    told = desk.post("/items", ad(name, f"Folding bicycle {name}", PHONE, **more)).json()
    assert told["status"] == "rejected", told
    return told


def person(name, now, *roles):
    made = people.add_staff(
        actor=SYSTEM,
        email=f"{uuid4().hex}@example.com",
        name=name,
        password="correct horse battery",
        roles=list(roles or ("reviewer",)),
        languages=["id", "en"],
        markets=["ID"],
        now=now,
    )
    return actor_by_id(made)


def given(decision, **more):
    return {"decision": decision, "account": "budi", "text": WHY, **more}


def test_a_platform_appeals_for_its_user_and_nobody_elses_decision(desk, key, now, moment):
    told = removed(desk)
    decision = told["decision"]["id"]
    for wrong, status, code in (
        (given(str(uuid4())), 404, "not_found"),
        (given(decision, account="amara"), 404, "not_found"),  # of another: absent and forbidden look alike
        (given(decision, text="  "), 422, "invalid"),
        (given(decision, files=[str(uuid4())]), 422, "invalid"),
        (given(decision, outcome="overturned"), 422, "invalid"),
    ):
        answer = desk.post("/appeals", wrong, key=key)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not Appeal.objects.exists()
    answer = desk.post("/appeals", given(decision), key=key, **{"Idempotency-Key": "once"})
    assert answer.status_code == 201, answer.content
    one = answer.json()
    assert (one["state"], one["late"], one["open_until"]) == ("open", False, "2026-09-10T17:00:00Z")
    assert desk.post("/appeals", given(decision), key=key, **{"Idempotency-Key": "once"}).json() == one
    again = desk.post("/appeals", given(decision), key=key)
    assert (again.status_code, again.json()["code"], again.json()["appeal"]) == (409, "appealed_already", one["id"])

    work = WorkItem.objects.get(id=Appeal.objects.get().work_id)
    assert (work.queue.code, work.lane, work.market) == ("appeal", 4, "ID")
    assert work.due_at == now + timedelta(days=2)  # the lane's target
    letter = Letter.objects.get(kind="appeal_received")
    assert letter.to == "budi@example.com"
    assert one["url"] in letter.text

    # The desk's "next review" never hands out an appeal, and a lane's other work is not held up by it.
    with pytest.raises(NothingWaiting):
        review.claim_next(actor=desk.sari, now=now)

    # Taken back, and asked again while there is time.
    answer = desk.post(f"/appeals/{one['id']}/withdraw", {}, key=key)
    assert answer.json()["state"] == "withdrawn"
    assert desk.post(f"/appeals/{one['id']}/messages", {"text": "And?"}, key=key).json()["code"] == "appeal_ended"
    assert desk.post("/appeals", given(decision), key=key).status_code == 201
    Source.objects.create(code="toko", name="Toko", kinds=["ad"])
    other = people.make_key(actor=SYSTEM, name="Else", scopes=["appeals:write"], source="toko", now=now).secret
    hidden = desk.client.get(f"/api/v1/appeals/{one['id']}", headers={"Authorization": f"Bearer {other}"})
    assert hidden.status_code == 404
    assert desk.post("/appeals", given(decision), key=other).status_code == 404


def test_on_the_last_day_it_is_in_time_and_a_day_later_a_person_says_so(desk, key, now, moment):
    first, second = (removed(desk, name)["decision"]["id"] for name in ("a-1", "a-2"))
    last_second = datetime(2026, 9, 10, 16, 59, 59, tzinfo=UTC)  # a second before midnight in Jakarta
    moment._fixed = last_second
    assert desk.post("/appeals", given(first), key=key).json()["late"] is False
    moment.forward(timedelta(seconds=1))
    late = desk.post("/appeals", given(second), key=key).json()
    assert late["late"] is True
    assert "after the last day" in Letter.objects.get(about=f"appeal:{late['id']}").text
    assert queries.view_of(UUID(late["id"])).state == "open", "no rule, no clock closes it"


def test_a_signed_link_opens_one_decision_and_a_forged_one_none(desk, now, moment):
    told = removed(desk, language="en")
    link = decisions.statement_path(told["decision"]["id"])
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"{link}/appeal")
    assert page.status_code == 200
    assert "You have until 10 September 2026" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    forged = link[:-3] + "abc"
    assert client.get(f"{forged}/appeal").status_code == 404
    assert client.get("/a/" + link.removeprefix("/s/")).status_code == 404  # another kind of link
    assert client.post(f"{link}/appeal", {"text": WHY}).status_code == 403  # without the form's token
    sent = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    wrong = client.post(f"{link}/appeal", {**sent, "text": " "})
    assert wrong.status_code == 422
    assert "Please write a few words" in wrong.content.decode()
    virus = SimpleUploadedFile("invoice.pdf", b"%PDF-1.4\n" + b"x" * 300_000 + MALWARE, content_type="application/pdf")
    done = client.post(f"{link}/appeal", {**sent, "text": WHY, "evidence": [virus]})
    assert done.status_code == 302, done.content
    followed = client.get(done["Location"])
    assert WHY in followed.content.decode()
    assert "we cannot open" in followed.content.decode()
    # Kept as evidence, given to nobody: not even by the address of its original.
    from trustdesk.files import actions as files
    from trustdesk.files.queries import signed_url

    kept = StoredFile.objects.get()
    assert (kept.state, kept.reason) == ("refused", "malware")
    assert Client().get(signed_url(kept.id, "original", now=now)).status_code == 404
    with pytest.raises(NotFound):
        files.take_original(actor=SYSTEM, file_id=kept.id, why="to see", now=now)
    # Twice leads to the first; then it is taken back by a button.
    assert client.post(f"{link}/appeal", {**sent, "text": WHY})["Location"] == done["Location"]
    assert client.post(done["Location"] + "/add", {**sent, "text": "Here is the bill."}).status_code == 302
    assert client.post(done["Location"] + "/withdraw", sent).status_code == 302
    assert "You took your appeal back" in client.get(done["Location"]).content.decode()
    huge = client.post(f"{link}/appeal", {**sent, "text": WHY}, CONTENT_LENGTH=str(2**30))
    assert huge.status_code == 413


def rejected_by(desk, actor, now, name="b-1"):
    """An ad that a person removes, and the decision, in effect."""
    told = desk.post("/items", ad(name, f"Sharp hunting rifle {name}", "Air rifle, works well, papers at hand")).json()
    assert told["status"] == "in_review", told
    desk.deliver(now)
    opened = review.claim_next(actor=actor, now=now)
    sheet = reviews.sheet(opened, actor=actor, now=now)
    hit = sheet.verdict.hits[0]
    made = review.decide(
        actor=actor,
        review_id=opened,
        version=1,
        outcome="remove",
        clauses=[appeals.Ground(hit["policy"], hit["version"], str(hit["clauses"][0]) if hit.get("clauses") else "1")],
        window=timedelta(0),
        now=now,
    )
    desk.deliver(now)
    return told["id"], made.decision


def test_nobody_decides_about_their_own_decision_by_any_door_and_another_puts_it_right(desk, key, now, moment):
    item, decision = rejected_by(desk, desk.sari, now)
    assert content.items([UUID(item)])[UUID(item)].status == "rejected"
    one = UUID(desk.post("/appeals", given(str(decision)), key=key).json()["id"])

    # Sari, who decided: not dealt, not claimed, not by a direct call, not by the page; no key has a door at all.
    with pytest.raises(NothingWaiting):
        appeals.claim_next(actor=desk.sari, now=now)
    with pytest.raises(appeals.OwnDecision):
        appeals.claim_this(actor=desk.sari, appeal_id=one, now=now)
    with pytest.raises(BarredFrom), transaction.atomic():
        work.claim_this(actor=desk.sari, work_id=queries.view_of(one).work, now=now)
    said = {"outcome": "upheld", "reasons": "It stays, because I said so."}
    for actor, refusal in ((desk.sari, appeals.OwnDecision), (SYSTEM, appeals.OnlyAPerson)):
        with pytest.raises(refusal):
            appeals.decide(actor=actor, appeal_id=one, now=now, **said)
        with pytest.raises(refusal):
            appeals.judge_first(actor=actor, appeal_id=one, outcome="uphold", reason="It is a weapon.", now=now)
    page = Client()
    page.force_login(Staff.objects.get(id=desk.sari.id), settings.AUTHENTICATION_BACKENDS[0])
    shown = page.get(f"/appeals/{one}").content.decode()
    assert "somebody else decides" in shown
    assert 'name="outcome"' not in shown
    answer = page.post(f"/appeals/{one}/decide", said)
    assert answer.status_code == 403
    assert "You made or reviewed the decision" in answer.content.decode()
    for method, path in (("POST", f"/appeals/{one}/decide"), ("PUT", f"/appeals/{one}"), ("PATCH", f"/appeals/{one}")):
        called = desk.client.generic(method, f"/api/v1{path}", "{}", headers={"Authorization": f"Bearer {key}"})
        assert called.status_code in {404, 405}
    # The table holds it too: neither the decider nor nobody can stand there as who decided.
    for wrong in ({"decided_by_id": desk.sari.id}, {"decided_by_id": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(id=one).update(
                state="decided", outcome="upheld", reasons="x", ended_at=now, blind=False, **wrong
            )

    # Rina takes it. What was decided is hidden until she has written what she would decide.
    rina = person("Rina", now)
    assert appeals.claim_next(actor=rina, now=now) == one
    hers = Client()
    hers.force_login(Staff.objects.get(id=rina.id), settings.AUTHENTICATION_BACKENDS[0])
    blind = hers.get(f"/appeals/{one}").content.decode()
    assert "Judge it first" in blind
    for secret in ("Made by", "Clause", "Sari", "Rejected"):
        assert secret not in blind
    with pytest.raises(appeals.JudgeFirst):
        appeals.decide(actor=rina, appeal_id=one, now=now, **said)
    appeals.judge_first(actor=rina, appeal_id=one, outcome="overturn", reason="The papers are there.", now=now)
    with pytest.raises(appeals.JudgedFirstAlready):
        appeals.judge_first(actor=rina, appeal_id=one, outcome="uphold", reason="On second thoughts.", now=now)
    assert "Made by" in hers.get(f"/appeals/{one}").content.decode()

    # She asks, the clock rests; Budi answers, and it comes back.
    appeals.ask(actor=rina, appeal_id=one, text="Do you have the permit?", now=now)
    assert queries.due_of(queries.view_of(one).work) is None
    assert "permit" in Letter.objects.get(kind="appeal_question").text
    moment.forward(timedelta(days=1))
    later = now + timedelta(days=1)
    assert desk.post(f"/appeals/{one}/messages", {"text": "Yes, here."}, key=key).status_code == 200
    work.wake_held(now=later)
    desk.deliver(later)
    assert queries.due_of(queries.view_of(one).work) == now + timedelta(days=3)
    assert appeals.claim_next(actor=rina, now=later) == one
    for wrong in (
        {"outcome": "late"},
        {"outcome": "partly"},
        {"reasons": "no"},
        {"outcome": "overturned", "unfounded": True},
    ):
        with pytest.raises(Invalid):
            appeals.decide(actor=rina, appeal_id=one, now=later, **{**said, **wrong})
    why = "The permit was in the ad all along. We read over it."
    done = appeals.decide(actor=rina, appeal_id=one, outcome="overturned", reasons=why, now=later)
    assert (done.outcome, done.restored >= 1) == ("overturned", True)
    assert content.items([UUID(item)])[UUID(item)].status == "live"
    desk.deliver(later)
    told = desk.get(f"/appeals/{one}", Authorization=f"Bearer {key}").json()
    assert (told["state"], told["outcome"], told["reversal"]) == ("decided", "overturned", str(done.reversal))
    letter = Letter.objects.filter(about=f"decision:{done.reversal}").get()
    assert why in letter.text
    kinds = [fact.kind for fact in ledger.of_subject(one)]
    assert kinds == [
        "appeal.opened",
        "appeal.said",
        "appeal.judged_first",
        "appeal.said",
        "appeal.said",
        "appeal.decided",
    ]
    overturned = FactRow.objects.get(kind="decision.overturned")
    assert (overturned.payload["decider"], overturned.payload["decision"]) == (desk.sari.label, str(decision))
    with pytest.raises(appeals.AppealEnded):
        appeals.decide(actor=rina, appeal_id=one, now=later, **said)
    assert desk.post("/appeals", given(str(decision)), key=key).json()["code"] == "decision_replaced"


def test_it_stays_with_a_body_outside_and_misuse_needs_four_facts(desk, key, now, moment):
    rina = person("Rina", now, "lead")
    item, first = rejected_by(desk, desk.sari, now)
    one = UUID(desk.post("/appeals", given(str(first)), key=key).json()["id"])
    appeals.claim_this(actor=rina, appeal_id=one, now=now)
    appeals.judge_first(actor=rina, appeal_id=one, outcome="uphold", reason="It is a weapon.", now=now)
    appeals.decide(
        actor=rina, appeal_id=one, outcome="upheld", reasons="Weapons need a dealer here.", unfounded=True, now=now
    )
    assert "out-of-court" in Letter.objects.get(kind="appeal_decided").text
    assert content.items([UUID(item)])[UUID(item)].status == "rejected"

    # A case before a body: 90 days, 90 more once, what it found, whether the desk did it.
    with pytest.raises(Invalid):
        appeals.refer(actor=rina, appeal_id=one, body="", case_ref="", received_on=date(2020, 1, 1), now=now)
    case = appeals.refer(
        actor=rina, appeal_id=one, body="User Rights", case_ref="UR-7", received_on=now.date(), now=now
    )
    assert queries.referrals_of(one)[0].due_on == now.date() + timedelta(days=90)
    appeals.extend(actor=rina, referral_id=case, now=now)
    with pytest.raises(appeals.ReferralMovedOn):
        appeals.extend(actor=rina, referral_id=case, now=now)
    with pytest.raises(appeals.ReferralMovedOn):
        appeals.implement(actor=rina, referral_id=case, followed=True, now=now)
    appeals.conclude(actor=rina, referral_id=case, result="for_platform", words="Rightly removed.", now=now)
    appeals.implement(actor=rina, referral_id=case, followed=True, now=now)
    found = queries.referrals_of(one)[0]
    assert (found.due_on, found.result, found.followed) == (now.date() + timedelta(days=180), "for_platform", True)

    # Misuse: no warning on one appeal, no pause without a warning and something after it.
    budi = queries.view_of(one).account
    with pytest.raises(appeals.FactsLacking):
        appeals.warn_misuse(actor=rina, account_id=budi, now=now)

    def without_ground(name):
        told = UUID(desk.post("/appeals", given(removed(desk, name)["decision"]["id"]), key=key).json()["id"])
        appeals.claim_this(actor=rina, appeal_id=told, now=timesource.now())
        appeals.judge_first(
            actor=rina, appeal_id=told, outcome="uphold", reason="A phone number.", now=timesource.now()
        )
        appeals.decide(
            actor=rina,
            appeal_id=told,
            outcome="upheld",
            reasons="The number is there.",
            unfounded=True,
            now=timesource.now(),
        )

    without_ground("c-1")
    without_ground("c-2")
    moment.forward(timedelta(hours=1))
    pause = {"actor": rina, "account_id": budi, "gravity": "Three people spent a day on it.", "days": 30}
    with pytest.raises(appeals.FactsLacking) as lacking:
        appeals.pause_misuse(**pause, now=timesource.now())
    assert lacking.value.details["lacking"] == ["warning"]
    appeals.warn_misuse(actor=rina, account_id=budi, now=timesource.now())
    moment.forward(timedelta(hours=1))
    with pytest.raises(appeals.FactsLacking) as lacking:
        appeals.pause_misuse(**pause, now=timesource.now())
    assert lacking.value.details["lacking"] == ["since_warning"]
    without_ground("c-3")
    moment.forward(timedelta(hours=1))
    appeals.pause_misuse(**pause, now=timesource.now())
    another = removed(desk, "c-4")["decision"]["id"]
    answer = desk.post("/appeals", given(another), key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "appeals_paused")
    moment.forward(timedelta(days=31))
    assert desk.post("/appeals", given(another), key=key).status_code == 201


def test_an_answer_to_the_letter_is_an_appeal(desk, now, moment):
    decision = UUID(removed(desk)["decision"]["id"])
    raw = b"From: Budi <budi@example.com>\r\nTo: x@y.example\r\nSubject: Re: ad\r\n\r\nIt is the shop's number."
    mail = understand(raw)

    def incoming(key):
        return Incoming(id=uuid4(), box="appeal", key=key, mail=mail, files=(), raw=uuid4(), received_at=now)

    first = receive_mail(incoming=incoming(decision), actor=SYSTEM, now=now)
    again = receive_mail(incoming=incoming(decision), actor=SYSTEM, now=now)
    row = Appeal.objects.get()
    assert first == again == f"appeal:{row.id}"
    assert receive_mail(incoming=incoming(row.id), actor=SYSTEM, now=now) == first
    assert row.via == "mail"
    assert [one.text for one in queries.messages_of(row.id)] == ["It is the shop's number."] * 3
    with pytest.raises(NotFound):
        receive_mail(incoming=incoming(uuid4()), actor=SYSTEM, now=now)
