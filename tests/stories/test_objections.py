"""Amara reported an ad and was told that it may stay. She objects, somebody else looks, and everybody hears of it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.stories.conftest import ad
from tests.stories.test_appeals import person
from trustdesk.appeals import actions as appeals
from trustdesk.appeals import queries
from trustdesk.appeals.mail import receive_mail
from trustdesk.appeals.models import Appeal
from trustdesk.content import queries as content
from trustdesk.content.models import Account
from trustdesk.decisions import queries as decisions
from trustdesk.insights import overturned
from trustdesk.kernel.base import timesource
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.work.actions import NothingWaiting
from trustdesk.notices import actions as notices
from trustdesk.notices import queries as reported
from trustdesk.notices.models import Reporter
from trustdesk.policy import queries as policy
from trustdesk.post.addressing import place_of
from trustdesk.post.boxes import Incoming
from trustdesk.post.mail.reading import understand
from trustdesk.post.models import Letter
from trustdesk.review import actions as review

REASON = "The seller asks for the money first, and nobody has ever got a thing."
WHY = "Three of us paid and got nothing. His own messages say so, and I attach them."


@pytest.fixture
def key(desk, now):
    scopes = ["appeals:write", "notices:write"]
    return people.make_key(actor=SYSTEM, name="Care", scopes=scopes, source="pasar", now=now).secret


def told_no(desk, now, *who, name="o-1", subject=None):
    """Budi's ad, reported by these people; Sari let it be, and each was told. The ad's id and their notices."""
    posted = desk.post("/items", ad(name, f"Walnut desk {name}", "Solid, with two drawers.", language="en")).json()
    assert posted["status"] == "live", posted
    made = [
        notices.receive(
            actor=SYSTEM,
            submission=notices.Submission(
                category="fraud",
                reason=f"{REASON} So says {one}.",
                good_faith=True,
                channel="portal",
                sender=notices.Sender(email=f"{one}@mail.example", name=one.title()),
                items=(UUID(posted["id"]),),
                language="en",
            ),
            now=now,
        ).standings[0][0]
        for one in who
    ]
    desk.deliver(now)
    opened = review.claim_next(actor=desk.sari, now=now)
    review.decide(actor=desk.sari, review_id=opened, version=1, outcome="approve", window=timedelta(0), now=now)
    desk.deliver(now)
    assert {reported.one(one).outcome for one in made} == {"no_action"}
    return UUID(posted["id"]), *made


def clause(words="fraud"):
    hit = policy.clause_search(words)[0]
    return hit.value


def ground(value):
    code, version, part = value.split(":")
    return appeals.Ground(code, int(version), part)


def test_who_reported_objects_and_is_right(desk, key, now, moment, settings):
    settings.MAIL_DOMAIN = "desk.example"
    item, amara, citra, dian = told_no(desk, now, "amara", "citra", "dian")
    (answered, *_) = Letter.objects.filter(kind="notice_answer", to="amara@mail.example")
    assert "you can object within six months" in answered.text
    assert place_of(answered.reply_to).key == amara

    # By the page of her report, without an account.
    path = reported.one(amara).path
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get(path).content.decode()
    assert "Object to this decision" in page
    assert "until 10 September 2026" in page
    form = visitor.get(f"{path}/object")
    assert form.status_code == 200
    forged = path[:-3] + "abc"
    assert visitor.get(f"{forged}/object").status_code == 404
    sent = {"csrfmiddlewaretoken": visitor.cookies["csrftoken"].value, "text": WHY}
    wrong = visitor.post(f"{path}/object", {**sent, "text": " "})
    assert wrong.status_code == 422
    done = visitor.post(f"{path}/object", sent)
    assert done.status_code == 302, done.content
    assert visitor.post(f"{path}/object", sent)["Location"] == done["Location"]  # twice leads to the first
    one = Appeal.objects.get()
    assert (one.appellant, one.notice, one.state, one.via) == ("notifier", amara, "open", "page")
    assert "You objected" in visitor.get(path).content.decode()
    assert Letter.objects.get(kind="appeal_received").to == "amara@mail.example"

    # Citra answers the mail; Dian's platform speaks for her. Each once, and nobody speaks for somebody else's report.
    mail = understand(b"From: citra@mail.example\r\nTo: x@y.example\r\nSubject: Re\r\n\r\nHe took my money, too.")
    incoming = Incoming(id=uuid4(), box="appeal", key=citra, mail=mail, files=(), raw=uuid4(), received_at=now)
    first = receive_mail(incoming=incoming, actor=SYSTEM, now=now)
    assert receive_mail(incoming=incoming, actor=SYSTEM, now=now) == first
    for given, code in (
        ({"text": WHY}, "invalid"),
        ({"text": WHY, "notice": str(dian), "account": "budi"}, "invalid"),
        ({"text": WHY, "notice": str(uuid4())}, "not_found"),
        ({"text": WHY, "notice": str(dian), "decision": str(uuid4())}, "not_found"),
        ({"text": WHY, "account": "budi", "decision": str(one.decision_id)}, "nothing_to_appeal"),  # his ad stood
    ):
        assert desk.post("/appeals", given, key=key).json()["code"] == code, given
    told = desk.post("/appeals", {"text": WHY, "notice": str(dian)}, key=key)
    assert (told.status_code, told.json()["appellant"], told.json()["notice"]) == (201, "notifier", str(dian))
    assert desk.post("/appeals", {"text": WHY, "notice": str(dian)}, key=key).json()["code"] == "appealed_already"
    assert Appeal.objects.count() == 3

    # Sari let it be, so it is not hers. Rina sees that doing nothing is objected to, and judges first.
    with pytest.raises(NothingWaiting):
        appeals.claim_next(actor=desk.sari, now=now)
    rina = person("Rina", now)
    appeals.claim_this(actor=rina, appeal_id=one.id, now=now)
    hers = Client()
    hers.force_login(Staff.objects.get(id=rina.id), django_settings.AUTHENTICATION_BACKENDS[0])
    blind = hers.get(f"/appeals/{one.id}").content.decode()
    assert "we did nothing" in blind
    assert REASON in blind
    assert "Sari" not in blind
    appeals.judge_first(actor=rina, appeal_id=one.id, outcome="overturn", reason="The messages say it.", now=now)
    assert clause() in hers.get(f"/appeals/{one.id}/clauses?q=fraud").content.decode()
    letter = hers.get(f"/appeals/{one.id}/letter", {"keep": "remove", "clauses": clause()}).content.decode()
    assert "What who posted it will read" in letter
    assert "We removed your ad" in letter

    right = {"outcome": "overturned", "reasons": "The messages you sent show that nobody got the desk.", "now": now}
    removal = appeals.RestrictionSpec("remove")
    for given in (
        {},  # on no clause
        {"grounds": [ground(clause())], "keep": [appeals.RestrictionSpec("suspend_account")]},
        {"grounds": [ground(clause())], "keep": [removal], "unfounded": True},
        {"outcome": "upheld", "grounds": [ground(clause())]},
        {"outcome": "partly", "keep": [removal]},
        {"outcome": "upheld", "unfounded": True},
    ):
        with pytest.raises(Invalid):
            appeals.decide(actor=rina, appeal_id=one.id, **{**right, **given})
    assert content.items([item])[item].status == "live"
    form = {
        "outcome": "overturned",
        "reasons": right["reasons"],
        "keep": "remove",
        "clauses": clause(),
        "version": "1",
        "author_note": "Buyers paid and got nothing.",
    }
    before = Letter.objects.count()
    assert hers.post(f"/appeals/{one.id}/decide", form).status_code == 303
    one.refresh_from_db()
    made = decisions.by_id(one.reversal_id, now=now)
    assert (made.outcome, made.actor, made.restrictions[0].kind) == ("remove", rina.label, "remove")
    assert content.items([item])[item].status == "rejected"

    # One transaction: Budi's statement, Amara's answer, and the others' whom the same decision had answered.
    letters = {letter.to: letter for letter in Letter.objects.order_by("id")[before:]}
    assert sorted(letters) == ["amara@mail.example", "budi@example.com", "citra@mail.example", "dian@mail.example"]
    assert "Buyers paid" in letters["budi@example.com"].text
    assert "amara" not in letters["budi@example.com"].text.lower()
    assert right["reasons"] in letters["amara@mail.example"].text
    assert "You were right to report it" in letters["amara@mail.example"].text
    assert "Something is done about it now" in letters["citra@mail.example"].text
    assert {(reported.one(who).outcome, reported.one(who).decision) for who in (amara, citra, dian)} == {
        ("acted", made.id)
    }
    assert "Something is done about it now" in visitor.get(done["Location"]).content.decode()
    assert "Object to this decision" not in visitor.get(path).content.decode()
    desk.deliver(now)
    assert Letter.objects.count() == before + 4, "reactors tell nobody twice"

    # It is told in "Looked at again": Sari reads what Rina saw, the owners read of it, and nobody reads who reported it.
    [row] = overturned.listed(now=now, days=7, who="people", limit=9)
    assert (row.one.item, row.one.before, row.one.after, row.one.by) == (item, "approve", "remove", made.id)
    assert overturned.grouped([row.one] * 5) == [], "it points at no clause that is too strict"
    sari = Client()
    sari.force_login(Staff.objects.get(id=desk.sari.id), django_settings.AUTHENTICATION_BACKENDS[0])
    read = sari.get("/overturned/mine").content.decode()
    assert "Walnut desk o-1" in read
    assert right["reasons"] in read
    assert "amara" not in read.lower()
    told = FactRow.objects.get(kind="decision.overturned").payload
    assert (told["before"], told["outcome"], told["decider"]) == ("approve", "remove", desk.sari.label)

    # Citra objected, too: a person closes it by what was done meanwhile, and Budi gets no second letter.
    second = UUID(first.removeprefix("appeal:"))
    appeals.claim_this(actor=rina, appeal_id=second, now=now)
    appeals.judge_first(actor=rina, appeal_id=second, outcome="overturn", reason="It is gone by now.", now=now)
    closed = appeals.decide(actor=rina, appeal_id=second, **right)
    assert closed.reversal == made.id
    assert Letter.objects.filter(to="budi@example.com", kind="statement").count() == 1


def test_doing_nothing_was_right_a_milder_step_and_a_day_late(desk, key, now, moment):
    item, amara, citra = told_no(desk, now, "amara", "citra")
    moment._fixed = datetime.fromisoformat("2026-09-10T16:59:59+00:00")  # a second before midnight in Jakarta
    assert desk.post("/appeals", {"text": WHY, "notice": str(amara)}, key=key).json()["late"] is False
    moment.forward(timedelta(seconds=1))
    late = desk.post("/appeals", {"text": WHY, "notice": str(citra)}, key=key).json()
    assert (late["late"], late["open_until"]) == (True, "2026-09-10T17:00:00Z")
    at = timesource.now()
    rina = person("Rina", at)
    mine, hers = Appeal.objects.get(notice=amara), Appeal.objects.get(notice=citra)
    for one in (mine, hers):
        appeals.claim_this(actor=rina, appeal_id=one.id, now=at)
        appeals.judge_first(actor=rina, appeal_id=one.id, outcome="unsure", reason="I would ask a lawyer.", now=at)
    done = appeals.decide(
        actor=rina, appeal_id=hers.id, outcome="late", reasons="Six months are over since our answer.", now=at
    )
    assert done.reversal is None
    assert "it stays as it is" in Letter.objects.filter(kind="appeal_decided", to="citra@mail.example").get().text
    # It is not removed, but shown to adults only: a decision of its own, told to its author.
    done = appeals.decide(
        actor=rina,
        appeal_id=mine.id,
        outcome="overturned",
        reasons="It is nothing for children, in that you were right.",
        grounds=[ground(clause())],
        keep=[appeals.RestrictionSpec("age", seconds=86_400.0 * 30)],
        now=at,
    )
    made = decisions.by_id(done.reversal, now=at)
    assert (made.outcome, [held.kind for held in made.restrictions]) == ("limit", ["age"])
    assert content.items([item])[item].status == "limited"
    assert reported.one(citra).outcome == "acted"


def test_what_is_said_of_an_account_can_be_objected_to_and_of_nowhere_it_is_not_promised(desk, key, now, moment):
    desk.post("/items", ad("o-9", "Walnut desk", "Solid, with two drawers.", language="en"))
    budi = Account.objects.get(external_id="budi").id
    lead = person("Jonas", now, "lead")
    sent = [
        notices.receive(
            actor=SYSTEM,
            submission=notices.Submission(
                category="inauthentic",
                reason=REASON,
                good_faith=True,
                channel="portal",
                sender=notices.Sender(email="amara@mail.example", name="Amara"),
                language="en",
                **where,
            ),
            now=now,
        ).standings[0][0]
        for where in ({"accounts": (budi,)}, {"addresses": ("https://elsewhere.example/x",)})
    ]
    for one in sent:
        notices.close(actor=lead, notice_id=one, outcome="no_action", told="We found nothing false here.", now=now)
    desk.deliver(now)
    about, nowhere = (reported.one(one) for one in sent)
    assert "you can object within six months" in about.answer
    assert "object within" not in nowhere.answer
    assert queries.objection_of(nowhere.id, now=now) is None
    assert "Object to this decision" not in Client().get(nowhere.path).content.decode()
    with pytest.raises(NotFound):
        appeals.open_appeal(actor=SYSTEM, decision_id=about.decision, notice=nowhere.id, text=WHY, now=now)
    made = appeals.open_appeal(actor=SYSTEM, decision_id=about.decision, notice=about.id, text=WHY, now=now)
    with pytest.raises(appeals.OwnDecision):
        appeals.claim_this(actor=lead, appeal_id=made.id, now=now)
    rina = person("Rina", now)
    appeals.claim_this(actor=rina, appeal_id=made.id, now=now)
    appeals.judge_first(actor=rina, appeal_id=made.id, outcome="overturn", reason="It sells under two names.", now=now)
    right = {"outcome": "overturned", "reasons": "It does sell under two names.", "grounds": [ground(clause())]}
    with pytest.raises(Invalid, match="could not be decided"):  # for ever takes two people
        appeals.decide(
            actor=rina, appeal_id=made.id, keep=[appeals.RestrictionSpec("suspend_account")], now=now, **right
        )
    done = appeals.decide(
        actor=rina, appeal_id=made.id, keep=[appeals.RestrictionSpec("ban_sell", seconds=86_400.0)], now=now, **right
    )
    assert decisions.standings([budi], now=now)[budi] == "limited"
    assert reported.one(about.id).decision == done.reversal


def test_what_is_restored_is_told_to_who_reported_it_and_they_may_object(desk, key, now, moment):
    """The other way round: it was removed on a report, its author appeals and is right."""
    item, amara = told_no(desk, now, "amara", name="o-5")
    rina, wati = person("Rina", now), person("Wati", now)

    def judged(one, actor, **what):
        appeals.claim_this(actor=actor, appeal_id=one, now=now)
        appeals.judge_first(actor=actor, appeal_id=one, outcome="unsure", reason="It could be either.", now=now)
        return appeals.decide(actor=actor, appeal_id=one, now=now, **what)

    first = appeals.open_appeal(actor=SYSTEM, decision_id=reported.one(amara).decision, notice=amara, text=WHY, now=now)
    done = judged(first.id, rina, outcome="overturned", reasons="Your messages show it.", grounds=[ground(clause())])
    told = desk.post("/appeals", {"decision": str(done.reversal), "account": "budi", "text": WHY}, key=key).json()
    back = judged(UUID(told["id"]), wati, outcome="overturned", reasons="All three got their desk on Monday.")
    assert content.items([item])[item].status == "live"
    found = reported.one(amara)
    assert (found.outcome, found.decision) == ("no_action", back.reversal)
    assert "It may stay after all" in Letter.objects.filter(kind="notice_answer").order_by("-id")[0].text
    standing = queries.objection_of(amara, now=now)
    assert (standing.appealable, standing.replaced, standing.appeal) == (True, False, None)


def test_reports_are_not_looked_at_any_more_only_on_four_facts(desk, now, moment):
    lead = person("Jonas", now, "lead")

    def unfounded(*names):
        """Reports of Amara's in which a person found nothing."""
        for name in names:
            given = notices.Submission(
                category="fraud",
                reason=f"{REASON} {name}",
                good_faith=True,
                channel="portal",
                sender=notices.Sender(email="amara@mail.example", name="Amara"),
                addresses=(f"https://elsewhere.example/{name}",),
            )
            sent = notices.receive(actor=SYSTEM, submission=given, now=timesource.now()).standings[0][0]
            moment.forward(timedelta(minutes=1))
            notices.close(actor=lead, notice_id=sent, outcome="no_action", told="No.", now=timesource.now())

    unfounded("a", "b")
    amara = Reporter.objects.get().id
    until = now + timedelta(days=30)
    mute = {"actor": lead, "reporter_id": amara, "why": "Reports every desk in town.", "until": until}
    with pytest.raises(notices.NoMisuse):
        notices.warn(actor=lead, reporter_id=amara, now=timesource.now())
    with pytest.raises(notices.WarnFirst):
        notices.mute(**mute, now=timesource.now())
    unfounded("c")
    notices.warn(actor=lead, reporter_id=amara, now=timesource.now())
    assert Letter.objects.filter(kind="reporter").count() == 1
    with pytest.raises(notices.NothingSince):
        notices.mute(**mute, now=timesource.now())
    unfounded("d")
    with pytest.raises(Invalid):
        notices.mute(**{**mute, "why": " "}, now=timesource.now())
    notices.mute(**mute, now=timesource.now())
    fact = FactRow.objects.get(kind="notice.reporter_muted").payload
    assert (fact["sent"], fact["wrong"], fact["warned"]) == (4, 4, now.date().isoformat())
    # A year later those four say nothing any more.
    moment.forward(timedelta(days=400))
    with pytest.raises(notices.NoMisuse):
        notices.mute(**{**mute, "until": None}, now=timesource.now())


def test_the_list_costs_the_same_for_two_and_for_twenty(desk, key, now, moment):
    rina = person("Rina", now)
    hers = Client()
    hers.force_login(Staff.objects.get(id=rina.id), django_settings.AUTHENTICATION_BACKENDS[0])

    def queries_for(count, page="/appeals/"):
        for number in range(Appeal.objects.count(), count):
            told = desk.post("/items", ad(f"q-{number}", f"Folding bicycle {number}", "Call me on +62 812 0000 1234"))
            given = {"decision": told.json()["decision"]["id"], "account": "budi", "text": WHY}
            assert desk.post("/appeals", given, key=key).status_code == 201
        cache.clear()
        hers.get(page)  # what is asked once a process
        with CaptureQueriesContext(connection) as asked:
            shown = hers.get(page).content.decode()
        assert shown.count("Folding bicycle") == count
        return len(asked)

    assert queries_for(2) == queries_for(20)
