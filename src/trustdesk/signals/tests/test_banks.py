"""Banks of known texts: what goes in, what they match, what stops them."""

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from trustdesk.engine import MISSING, UNKNOWN
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.post.models import Letter
from trustdesk.signals import actions, queries
from trustdesk.signals.actions import BankQuestion
from trustdesk.signals.memory import Memory, memory
from trustdesk.signals.models import BankEntry, BankMatch
from trustdesk.signals.rules import floods, suspends

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
SCAM = (
    "Your parcel is waiting at our depot. Pay the small customs fee of Rp 25,000 through this link today, or it goes "
    "back to the sender. Contact our agent on WhatsApp for help."
)
ALIKE = SCAM.replace("25,000", "30,000").replace("small", "tiny")
OTHER = "Selling a sofa, two seats, hardly used, smoke-free home. Pick-up in Bandung, evenings only, cash please."


@pytest.fixture
def bank():
    code = f"scams-{uuid.uuid4().hex[:8]}"
    actions.make_bank(actor=SYSTEM, code=code, title="Known scams", now=AT)
    return code


def add(bank, *texts, **more):
    return actions.add_entries(
        actor=SYSTEM, code=bank, texts=texts, now=AT, **{"why": "reported", "source": "case 12", **more}
    ).entries


def inside(bank, text, owner="ads/1", at=AT):
    return actions.match(questions=[BankQuestion(bank, (text,), owner)], now=at)[0]


@pytest.mark.django_db
class TestMatching:
    def test_the_very_same_and_the_alike_match_and_others_do_not(self, bank):
        [entry] = add(bank, SCAM)
        assert [inside(bank, text) for text in (SCAM.upper(), ALIKE, OTHER)] == [True, True, False]
        found = queries.matches(entry, limit=10)
        assert [(one.owner, one.distance > 0, one.counted) for one in found] == [
            ("ads/1", True, True),
            ("ads/1", False, True),
        ]
        assert (queries.entry(entry).matches, queries.entry(entry).matched_at) == (2, AT)

    def test_one_of_several_texts_is_enough(self, bank):
        add(bank, SCAM)
        asked = [BankQuestion(bank, (OTHER, SCAM), "ads/1"), BankQuestion(bank, (OTHER,), "ads/2")]
        assert actions.match(questions=asked, now=AT) == [True, False]

    def test_a_known_good_text_vetoes_what_is_not_nearer(self, bank):
        add(bank, SCAM)
        add(bank, ALIKE, negative=True)
        assert inside(bank, SCAM) is True, "the very same is nearer than the good one"
        assert inside(bank, ALIKE) is False
        assert inside(bank, ALIKE.replace("tiny", "little")) is False
        assert BankMatch.objects.filter(entry__bank__code=bank).count() == 1, "what is vetoed is no match"

    def test_the_same_content_of_the_same_owner_is_counted_once(self, bank):
        [entry] = add(bank, SCAM)
        for owner in ("ads/1", "ads/1", "ads/2"):
            assert inside(bank, SCAM, owner) is True
        assert queries.entry(entry).matches == 2

    def test_an_entry_ends_when_it_expires(self, bank):
        add(bank, SCAM, expires_at=AT + timedelta(days=1))
        assert inside(bank, SCAM, at=AT + timedelta(hours=23)) is True
        assert inside(bank, SCAM, "ads/2", at=AT + timedelta(hours=24)) is False

    def test_what_is_taken_out_no_longer_matches_and_keeps_its_story(self, bank):
        [entry] = add(bank, SCAM)
        inside(bank, SCAM)
        actions.remove_entry(actor=SYSTEM, entry_id=entry, why="a customer's own words", now=AT)
        assert inside(bank, SCAM, "ads/2") is False
        view = queries.entry(entry)
        assert (view.state, view.why, view.source, view.changed_why, view.matches) == (
            "removed",
            "reported",
            "case 12",
            "a customer's own words",
            1,
        )
        assert queries.entries(bank, limit=10) == []
        assert [one.id for one in queries.entries(bank, state="removed", limit=10)] == [entry]
        with pytest.raises(NotFound):
            actions.remove_entry(actor=SYSTEM, entry_id=entry, why="again", now=AT)
        assert len(add(bank, SCAM)) == 1, "it may come back as another entry"
        assert inside(bank, SCAM, "ads/3") is True

    def test_a_bank_may_ask_for_the_very_same_only(self, bank):
        add(bank, SCAM)
        actions.set_bank(actor=SYSTEM, code=bank, distance=0, flood_limit=10, now=AT)
        assert (inside(bank, SCAM), inside(bank, ALIKE)) == (True, False)

    def test_no_such_bank_is_unknown_and_nothing_to_look_up_is_missing(self, bank):
        asked = [
            BankQuestion("no-such-bank", (SCAM,), "a"),
            BankQuestion(bank, (), "a"),
            BankQuestion(bank, (" ",), "a"),
        ]
        assert actions.match(questions=asked, now=AT) == [UNKNOWN, MISSING, MISSING]

    def test_a_test_writes_nothing_down(self, bank):
        [entry] = add(bank, SCAM)
        [found] = queries.alike(bank, ALIKE, now=AT)
        assert (found.entry, found.active) == (entry, True)
        assert queries.entry(entry).matches == 0

    def test_the_questions_cost_the_same_statements_for_two_and_twenty(self, bank, django_assert_max_num_queries):
        add(bank, SCAM)
        for many in (2, 20):
            asked = [BankQuestion(bank, (SCAM,), f"ads/{many}-{turn}") for turn in range(many)]
            with django_assert_max_num_queries(12):
                assert actions.match(questions=asked, now=AT) == [True] * many


@pytest.mark.django_db
class TestEditing:
    def test_blank_and_double_texts_are_left_out(self, bank):
        made = actions.add_entries(
            actor=SYSTEM, code=bank, texts=[SCAM, "", "  ", SCAM.upper(), OTHER], why="paste", now=AT
        )
        assert (len(made.entries), made.known) == (2, 0)
        again = actions.add_entries(actor=SYSTEM, code=bank, texts=[SCAM], why="paste", now=AT)
        assert (again.entries, again.known) == ((), 1)
        assert actions.add_entries(actor=SYSTEM, code=bank, texts=[SCAM], why="good", negative=True, now=AT).known == 0

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"texts": [""]}, "texts"),
            ({"texts": ["x" * 20_001]}, "texts"),
            ({"texts": [str(n) for n in range(5_001)]}, "texts"),
            ({"texts": [SCAM], "why": " "}, "why"),
            ({"texts": [SCAM], "expires_at": AT}, "expires_at"),
        ],
    )
    def test_what_cannot_be_added_says_why(self, bank, more, field):
        with pytest.raises(Invalid) as refused:
            actions.add_entries(actor=SYSTEM, code=bank, now=AT, **{"why": "reported", **more})
        assert list(refused.value.fields) == [field]

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"code": "A b"}, "code"),
            ({"title": ""}, "title"),
            ({"kind": "sound"}, "kind"),
            ({"distance": 64}, "distance"),
            ({"flood_limit": 0}, "flood_limit"),
        ],
    )
    def test_what_is_no_bank_says_why(self, more, field):
        with pytest.raises(Invalid) as refused:
            actions.make_bank(actor=SYSTEM, now=AT, **{"code": "a-bank", "title": "A bank", **more})
        assert list(refused.value.fields) == [field]

    def test_a_code_is_taken_once(self, bank):
        with pytest.raises(actions.BankExists):
            actions.make_bank(actor=SYSTEM, code=bank, title="Again", now=AT)


def flood(bank, many, at=AT, start=0):
    return [inside(bank, SCAM, f"ads/{start + turn}", at=at) for turn in range(many)]


@pytest.fixture
def dewi(db):
    people.load_ground(actor=SYSTEM, pack="p", markets=[], sources=[], now=AT)
    return actor_by_id(
        people.add_staff(
            actor=SYSTEM,
            email="dewi@example.com",
            name="Dewi",
            password="correct horse battery",
            roles=["policy_owner"],
            languages=[],
            markets=[],
            now=AT,
        )
    )


@pytest.mark.django_db
class TestStopping:
    def test_an_entry_that_floods_stops_at_its_limit_and_its_owner_is_told_once(self, dewi):
        actions.make_bank(actor=dewi, code="scams", title="Scams", flood_limit=5, now=AT)
        [entry] = add("scams", SCAM)
        assert flood("scams", 9) == [True] * 5 + [False] * 4
        view = queries.entry(entry)
        assert (view.state, view.matches) == ("quarantined", 9), "it goes on recording"
        assert sum(one.counted for one in queries.matches(entry, limit=20)) == 5
        assert FactRow.objects.filter(kind="bank.entry_stopped").count() == 1
        [letter] = Letter.objects.filter(kind="alert")
        assert letter.to == "dewi@example.com"
        actions.release_entry(actor=dewi, entry_id=entry, now=AT)
        assert queries.entry(entry).flood_limit == 18, "twice what the last hour had"
        assert flood("scams", 10, start=100) == [True] * 9 + [False]

    def test_one_that_always_matches_so_often_does_not_flood(self):
        assert floods(hour=101, week=101, limit=100)
        assert not floods(hour=100, week=100, limit=100)
        assert not floods(hour=300, week=300 + 167 * 40, limit=100), "forty an hour is usual here"
        assert floods(hour=401, week=401 + 167 * 40, limit=100)

    def test_one_that_people_find_wrong_is_suspended(self, dewi):
        actions.make_bank(actor=dewi, code="scams", title="Scams", now=AT)
        [entry] = add("scams", SCAM)
        flood("scams", 6)
        found = queries.matches(entry, limit=10)
        for one, right in zip(found, (True, True, False, False, False), strict=False):
            actions.judge_match(actor=dewi, match_id=one.id, right=right, now=AT)
        assert queries.entry(entry).state == "suspended"
        assert inside("scams", SCAM, "later") is False
        assert {one.judged_by for one in queries.matches(entry, limit=10) if one.judged} == {dewi.label}
        assert Letter.objects.filter(kind="alert").count() == 1
        actions.release_entry(actor=dewi, entry_id=entry, now=AT)
        view = queries.entry(entry)
        assert (view.state, view.right, view.wrong) == ("active", 2, 0)
        assert inside("scams", SCAM, "later still") is True
        with pytest.raises(actions.NotStopped):
            actions.release_entry(actor=dewi, entry_id=entry, now=AT)

    def test_who_changes_their_mind_is_counted_once(self, bank):
        [entry] = add(bank, SCAM)
        flood(bank, 1)
        [one] = queries.matches(entry, limit=1)
        for right in (False, False, True, False, True):
            actions.judge_match(actor=SYSTEM, match_id=one.id, right=right, now=AT)
        assert (queries.entry(entry).right, queries.entry(entry).wrong) == (1, 0)

    def test_three_wrong_and_not_more_right(self):
        assert [suspends(right=r, wrong=w) for r, w in ((0, 2), (0, 3), (3, 3), (3, 4))] == [False, True, False, True]


def in_threads(*works):
    results, errors = [None] * len(works), []

    def run(at, work):
        try:
            results[at] = work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    return results


@pytest.mark.real
class TestTogether:
    def test_of_many_at_once_exactly_those_within_the_limit_match_and_one_alert_is_written(self, real_db):
        code = f"scams-{uuid.uuid4().hex[:8]}"
        actions.make_bank(actor=SYSTEM, code=code, title="Known scams", flood_limit=10, now=AT)
        first, second = add(code, SCAM, OTHER)

        def ask(turn):
            texts = (SCAM, OTHER) if turn % 2 else (OTHER, SCAM)
            asked = [BankQuestion(code, (text,), f"ads/{turn}-{n}") for n in range(5) for text in texts]
            told = actions.match(questions=asked, now=AT)
            return [(question.values[0], answer) for question, answer in zip(asked, told, strict=True)]

        told = [
            entry for entries in in_threads(*[lambda turn=turn: ask(turn) for turn in range(6)]) for entry in entries
        ]
        for entry, text in ((first, SCAM), (second, OTHER)):
            assert sum(answer is True for asked, answer in told if asked == text) == 10
            assert FactRow.objects.filter(kind="bank.entry_stopped", subject=str(entry)).count() == 1
            assert queries.entry(entry).state == "quarantined"

    def test_many_batches_that_match_many_entries_never_wait_in_a_circle(self, real_db):
        code = f"scams-{uuid.uuid4().hex[:8]}"
        actions.make_bank(actor=SYSTEM, code=code, title="Known scams", flood_limit=20, now=AT)
        texts = [f"{word} {SCAM} {word} {word}{word}" for word in ("alpha", "bravo", "delta", "hotel", "india")]
        entries = add(code, *texts, OTHER)
        start = threading.Barrier(7)

        def ask(turn):
            start.wait(20)
            for batch in range(6):
                order = texts if (turn + batch) % 2 else texts[::-1]
                asked = [BankQuestion(code, (text, OTHER), f"ads/{turn}-{batch}") for text in order]
                actions.match(questions=asked, now=AT)

        def judge():
            start.wait(20)
            for _ in range(10):
                for entry in entries:
                    for one in queries.matches(entry, limit=2):
                        actions.judge_match(actor=SYSTEM, match_id=one.id, right=True, now=AT)

        in_threads(judge, *[lambda turn=turn: ask(turn) for turn in range(6)])
        *alike, other = [queries.entry(entry).matches for entry in entries]
        assert other == 36, "once for each owner"
        assert min(alike) >= 36

    def test_an_added_entry_matches_in_another_process_within_two_seconds(self, real_db):
        """Another process's memory: a second one here, with its own idea of what is fresh."""
        code = f"scams-{uuid.uuid4().hex[:8]}"
        actions.make_bank(actor=SYSTEM, code=code, title="Known scams", now=AT)
        elsewhere = Memory()
        assert elsewhere.like(code, [SCAM], now=AT) == [[]]
        [entry] = add(code, SCAM)
        began = time.monotonic()
        while elsewhere.like(code, [SCAM], now=AT) == [[]]:
            assert time.monotonic() - began < 60
            time.sleep(0.05)
        actions.remove_entry(actor=SYSTEM, entry_id=entry, why="wrong", now=AT)
        began = time.monotonic()
        while elsewhere.like(code, [SCAM], now=AT) != [[]]:
            assert time.monotonic() - began < 60
            time.sleep(0.05)

    def test_two_who_add_the_same_at_once_add_it_once(self, real_db):
        code = f"scams-{uuid.uuid4().hex[:8]}"
        actions.make_bank(actor=SYSTEM, code=code, title="Known scams", now=AT)
        in_threads(*[lambda: add(code, SCAM, OTHER) for _ in range(4)])
        assert BankEntry.objects.filter(bank__code=code).count() == 2
        assert inside(code, SCAM) is True


@pytest.mark.django_db
def test_a_big_bank_answers_fast(bank):
    """Ten thousand texts; the aim is loose, the machine is shared: docs/signals.md has figures."""
    texts = [
        f"{OTHER} Number {n} {uuid.uuid4().hex} {uuid.uuid4().hex} {n * 7} {uuid.uuid4().hex}" for n in range(5_000)
    ]
    add(bank, *texts)
    memory.like(bank, [SCAM], now=AT)
    began = time.process_time()
    for _ in range(20):
        memory.like(bank, [SCAM], now=AT)
    assert (time.process_time() - began) / 20 < 0.5
