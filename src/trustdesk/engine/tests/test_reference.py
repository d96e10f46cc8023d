"""Planned verdicts equal those of the slow reference, for any schema, policies, events and answers."""

import json
from itertools import islice
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.bench.reference import Reference
from trustdesk.engine import UNKNOWN, Verdict
from trustdesk.engine import compile as compile_rules
from trustdesk.engine.then import RANK

from .authors import CONSTANTS, LISTS, SIGNALS, drawn, seeded


def case_of(author):
    schema = author.schema()
    policies = author.policies()
    events = [author.event(schema) for _ in range(1 + author.below(4))]
    reference = Reference(policies, schema, LISTS, constants=CONSTANTS, signals=SIGNALS)
    # What is asked of each event, found by asking; answers are given by event or to all of them.
    questions = [[key for key in reference.judge(event)["inputs"] if "(" in key] for event in events]
    shared = author.answers({question for asked in questions for question in asked})
    own = [author.answers(asked) if author.below(2) else {} for asked in questions]
    return author.dressed(schema), policies, events, reference, shared, own


@st.composite
def cases(draw):
    return case_of(drawn(draw))


SEEDS = st.integers(0, 2**32)


def cases_of(seed):
    """Cases by a seed, which is all there is to print of them."""
    chance = Random(seed)
    return (case_of(seeded(chance)) for _ in range(8))


def told(verdict):
    """As plain JSON, the hash of the plan aside."""
    data = json.loads(json.dumps(verdict.to_json()))
    del data["plan"]
    return data


@given(cases())
def test_the_plan_says_what_the_reference_says(case):
    agrees(case)


@given(SEEDS)
def test_it_says_so_for_more(seed):
    for case in islice(cases_of(seed), 5):
        agrees(case)


def agrees(case):
    schema, policies, events, reference, shared, own = case
    plan = compile_rules(policies, schema, LISTS, constants=CONSTANTS, signals=SIGNALS)
    answers = {**shared, **{(at, key): value for at, given in enumerate(own) for key, value in given.items()}}
    verdicts = plan.run(events, answers)
    for at, (event, verdict) in enumerate(zip(events, verdicts, strict=True)):
        mine = shared | own[at]
        expected = json.loads(json.dumps(reference.judge(event, mine)))
        assert told(verdict) == expected
        # One by one, from JSON, and from what it kept: the same.
        alone = plan.run([event], mine)[0]
        assert alone == verdict
        assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict
        assert plan.replay(json.loads(json.dumps(verdict.inputs))) == verdict
        for hit in verdict.hits:
            for piece in hit.evidence:
                field = event
                for step in piece.field.split("."):
                    field = field[step]
                assert 0 <= piece.start < piece.end <= len(field)
                assert field[piece.start : piece.end] == piece.text
        # What is asked is open. All of it is asked, or (dear signals) what can still change something.
        every = {request.key for request in plan.needs([event], mine, collect_all=True)}
        asked = {request.key for request in plan.needs([event], mine)}
        assert asked <= every
        assert all(verdict.inputs[key] == {"unknown": True} for key in every)
        signals = [rest for rest in verdict.undecided if rest.signal not in reference.known.kinds]
        assert bool(every) == bool(signals)
        assert asked or not any(rest.then.rank > RANK[verdict.outcome] or not rest.then.rank for rest in signals)


@given(cases())
def test_answering_what_is_asked_leaves_nothing_open(case):
    """However the questions are asked in turns, the verdict in the end is the one of all answers at once."""
    schema, policies, (event, *_), reference, shared, _ = case
    plan = compile_rules(policies, schema, LISTS, constants=CONSTANTS, signals=SIGNALS)
    known = {key: value for key, value in shared.items() if value is not UNKNOWN}
    answers = {}
    for _ in range(20):
        requests = plan.needs([event], answers)
        fresh = {request: known[request.key] for request in requests if request.key in known} if requests else {}
        if not fresh.keys() - answers.keys():
            break
        answers |= fresh
    outcome = reference.judge(event, known)["outcome"]
    assert plan.run([event], answers)[0].outcome == outcome
