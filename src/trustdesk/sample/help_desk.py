"""The help desk of the sample: what it has before its first question, and what its cast said to the people who wrote."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.calls import actions as calls
from trustdesk.clocks import actions as clocks
from trustdesk.clocks.actions import Metric, Policy, Priority
from trustdesk.experts import actions as experts
from trustdesk.experts import queries as experts_known
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.macros import actions as macros
from trustdesk.macros.actions import Macro, Step
from trustdesk.problems import actions as problems
from trustdesk.problems import queries as problems_known
from trustdesk.sample import catalog
from trustdesk.sample.cast import person
from trustdesk.sample.catalog import Matter
from trustdesk.sides import actions as sides
from trustdesk.support import actions as support
from trustdesk.support import queries as support_known
from trustdesk.surveys import actions as surveys
from trustdesk.surveys import queries as surveys_known
from trustdesk.triggers import actions as triggers
from trustdesk.triggers.actions import Doing, Written

HOUR = 60
# Minutes to a first and a next answer, and until it is done.
_PROMISES: dict[Priority, tuple[int, int, int]] = {
    Priority.URGENT: (HOUR, HOUR, 8 * HOUR),
    Priority.HIGH: (4 * HOUR, 4 * HOUR, 24 * HOUR),
    Priority.NORMAL: (24 * HOUR, 24 * HOUR, 72 * HOUR),
    Priority.LOW: (48 * HOUR, 48 * HOUR, 120 * HOUR),
}
_METRICS = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION)
REPLIES = (
    Macro(
        name="Which order?",
        texts={
            "en": "Hello {{requester.first_name|there}},\n\nI would like to look into this. Which order is it about? Its"
            " number is in the letter that confirmed it, and under Purchases.\n\n{{agent.name}}",
            "id": "Halo {{requester.first_name|Kak}},\n\nsaya ingin memeriksanya. Pesanan yang mana? Nomornya ada di surat"
            " konfirmasi dan di bagian Pembelian.\n\n{{agent.name}}",
        },
        steps=(Step("set_status", "pending"),),
    ),
    Macro(
        name="With our payments team",
        texts={
            "en": "Hello {{requester.first_name|there}},\n\nour payments team looks at it now. You can follow it here:"
            " {{case.link}}. I write to you as soon as I know more.",
            "id": "Halo {{requester.first_name|Kak}},\n\ntim pembayaran sedang memeriksanya. Perkembangannya dapat dilihat di"
            " {{case.link}}. Saya kabari begitu ada jawaban.",
        },
        steps=(Step("set_status", "on_hold"), Step("add_tag", "payments")),
    ),
    Macro(
        name="How to appeal",
        texts={
            "en": "You can appeal it by the link in the letter about it, for six months and free of charge. Somebody who has"
            " not decided it before looks again.",
            "id": "Keputusan ini dapat dibanding lewat tautan di suratnya, selama enam bulan dan tanpa biaya. Orang lain yang"
            " belum memutuskannya akan memeriksa lagi.",
        },
    ),
    Macro(
        name="Thanked, and done",
        texts={
            "en": "Thank you for telling us, {{requester.first_name|and good bye}}. Just reply should anything be missing.",
            "id": "Terima kasih sudah mengabari, {{requester.first_name|salam}}. Balas saja bila ada yang kurang.",
        },
        steps=(Step("set_status", "resolved"),),
        sends=True,
    ),
)
_DEPARTMENTS = (("Payments", "payments@desk.example", "en"), ("Gudang dan pengiriman", "gudang@desk.example", "id"))
_TRIGGER = Written(
    name="Somebody fears for their safety",
    event="opened",
    condition='case.category == "safety"',
    steps=(Doing("set_priority", "urgent"), Doing("add_tag", "safety")),
)
_FIELDS = (
    ("Law and orders", "What the law of a market asks of us; letters of authorities and lawyers", "Legal", 480),
    ("Payments and fraud", "Chargebacks, stolen cards, sellers who vanish", "Fraud", 240),
    ("Our policies", "What a clause means, and what it does not", "Policy", 480),
    ("The platform", "What works how, and what is broken", "IT", 240),
)
_ASKED = "A seller offers old coins with a swastika from a museum's sale. May this be shown in Germany as history?"
_KNOWN = experts.Told(
    title="May forbidden signs be shown on things sold as history?",
    text="In Germany only for teaching, research, art or reports of events. A sale alone is none of these: the sign is covered in"
    " every picture, and the text says what it is. Where it cannot be covered, the listing is removed under the clause on signs"
    " of forbidden organisations, and its author may appeal.",
)
_PROBLEM = "Login codes by text message do not arrive"
UNDO = timedelta(seconds=15)


def set_up(*, now: datetime) -> None:
    """Promises, saved replies, departments, a field, and a trigger that nobody has tried yet. What a desk has by these names
    already stays as it is."""
    told = {
        metric: {priority: minutes[place] for priority, minutes in _PROMISES.items()}
        for place, metric in enumerate(_METRICS)
    }
    with suppress(Refusal):
        clocks.set_policy(actor=SYSTEM, policy=Policy("All who write", targets=told), calendar=None, now=now)
    for macro in REPLIES:
        with suppress(Refusal):
            macros.begin(actor=SYSTEM, macro=macro, shared=True, now=now)
    for name, address, language in _DEPARTMENTS:
        with suppress(Refusal):
            sides.set_department(actor=SYSTEM, name=name, address=address, language=language, now=now)
    with suppress(Refusal):
        support.set_field(actor=SYSTEM, name="Order", kind="text", now=now)
    with suppress(Refusal):
        triggers.write(actor=SYSTEM, written=_TRIGGER, now=now)


def know(*, now: datetime) -> None:
    """What may be asked of whom, in the teams there are, and what was answered once."""
    there = {name: team for team, name in people.teams()}
    for name, about, team, minutes in _FIELDS:
        if team in there:
            with suppress(Refusal):
                experts.set_field(actor=SYSTEM, name=name, about=about, team=there[team], minutes=minutes, now=now)
    fields = {one.name: one.id for one in experts_known.fields()}
    sari, rina = person("sari@desk.example"), person("rina@desk.example")
    if sari is None or rina is None or "Law and orders" not in fields or experts_known.found():
        return
    asked = experts.ask(actor=sari, field=fields["Law and orders"], text=_ASKED, now=now - timedelta(hours=50))
    at = now - timedelta(hours=47)
    experts.answer(actor=rina, question_id=asked, told=_KNOWN, now=at, today=at.date())


def talk(told: Matter, case_id: UUID, *, now: datetime) -> None:
    """What was said after a case was opened, each thing at its time. In the caller's transaction: the worker sends nothing of
    it later than it was said."""
    for said in told.talk:
        at = now - timedelta(hours=said.hours_ago)
        author = person(said.by) if said.by else None
        if author is not None:
            case = support_known.by_id(case_id)
            seen = case.messages if case else 0
            support.reply(actor=author, case_id=case_id, text=said.text, seen=seen, now=at, then_status=said.status)
            support.send_due(now=at + UNDO)
        elif not said.by:
            support.receive(actor=SYSTEM, case_id=case_id, text=said.text, name=told.name, address=told.address, now=at)
    agent = person("sari@desk.example") if told.called else None
    if agent is not None:
        calls.log_call(
            actor=agent,
            case_id=case_id,
            direction="out",
            minutes=told.called,
            outcome="reached",
            note="Told them that payments looks at it; they were calm.",
            now=now - timedelta(hours=told.hours_ago - 2),
        )


def case_of(told: Matter) -> UUID | None:
    """The case it became, None as long as it is none."""
    return next(iter(support_known.by_external_id(f"sample:{told.id}")), None)


def find_problem(*, now: datetime) -> bool:
    """Jonas has seen that some of them have one cause; said once, whatever became of it."""
    jonas = person("jonas@desk.example")
    found = [case_of(told) for told in catalog.matters() if told.problem]
    cases = [one for one in found if one is not None]
    if jonas is None or len(cases) < len(found) or problems_known.of_case(cases[0]):
        return False
    problems.begin(actor=jonas, title=_PROBLEM, cases=cases, now=now)
    return True


def judge(*, now: datetime) -> int:
    """Those who were asked say how they were helped; returns of how many no survey has been asked yet."""
    left = 0
    for told in catalog.matters():
        case = case_of(told) if told.score else None
        survey = surveys_known.of_case(case) if case else None
        if case is None or (survey is not None and survey.score):
            continue
        if survey is None or survey.state != "asked":
            left += 1
            continue
        with suppress(Refusal):
            surveys.answer(actor=SYSTEM, survey_id=survey.id, score=told.score, said=told.said, now=now)
    return left
