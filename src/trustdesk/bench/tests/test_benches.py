"""Benches run, with tiny sizes, and print what machines can read. How fast they are is never asserted."""

import json
import sys

import pytest
from django.db import connection

from trustdesk import engine
from trustdesk.bench import BENCHES, NEED_DATABASE, Report
from trustdesk.bench.engine import _same_hits
from trustdesk.bench.intake import TABLES
from trustdesk.bench.rulebook import Rulebook, policies, schema
from trustdesk.config.cli import bench as command
from trustdesk.config.cli import main


def test_the_engine_is_measured_and_does_the_same_as_rules_by_hand(capsys):
    code = main(
        [
            "bench",
            "engine",
            "--json",
            "--seed",
            "5",
            "--events",
            "30",
            "--rules",
            "10",
            "--rounds",
            "1",
            "--entries",
            "200",
        ]
    )
    told = json.loads(capsys.readouterr().out)
    assert code in {0, 1}
    assert told["bench"] == "engine"
    for way in ("batch", "batch_read", "single", "closures", "reference"):
        assert told[f"events_per_second_{way}"] > 0
    aims = {"ratio_batch", "ratio_single", "ratio_ten_times_the_rules", "ratio_rules_elsewhere", "ratio_longer_lists"}
    assert set(told["aims"]) == aims
    assert told["compile_seconds_rules"] > 0


def test_the_same_seed_makes_the_same_rules_and_events():
    first, second, other = Rulebook(3), Rulebook(3), Rulebook(4)
    assert [first.rule().when for _ in range(20)] == [second.rule().when for _ in range(20)]
    assert first.events(3) == second.events(3)
    assert other.rule().when != Rulebook(3).rule().when


def test_a_bench_of_wrong_answers_is_refused():
    book = Rulebook(3)
    events = book.events(5)
    plan = engine.compile(policies(["item.price >= 0"]), schema(), {})
    with pytest.raises(RuntimeError, match="disagree"):
        _same_hits(plan.run(events), events, [lambda event: event["item"]["price"] < 0])


def test_intake_is_measured_and_every_row_is_written_again(real_db, monkeypatch, capsys):
    from contextlib import nullcontext

    monkeypatch.setattr(command, "_own_database", lambda _: nullcontext())
    main(["bench", "intake", "--json", "--batch", "12", "--rounds", "1"])
    told = json.loads(capsys.readouterr().out)
    assert told["ratio_intake"] > 0
    assert told["rows_per_item"] > 6
    assert told["aims"]["ratio_intake"]["aim"] == "≥ 0.15"
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT (SELECT count(*) FROM {table}) - (SELECT count(*) FROM bare_{table})")
            # Facts of setting the desk up were there before the copies.
            assert cursor.fetchone()[0] >= 0
            if table in {"content_item", "screening_verdict", "decisions_statement"}:
                cursor.execute(f"(SELECT id FROM {table}) EXCEPT (SELECT id FROM bare_{table})")
                assert cursor.fetchall() == []


def test_rings_are_measured(real_db, monkeypatch, capsys):
    from contextlib import nullcontext

    monkeypatch.setattr(command, "_own_database", lambda _: nullcontext())
    sizes = ["--campaigns", "1", "--size", "4", "--others", "20", "--batch", "8", "--rounds", "1"]
    main(["bench", "rings", "--json", *sizes])
    told = json.loads(capsys.readouterr().out)
    assert told["recall_swap_05"] == told["recall_moved"] == told["ratio_precision"] == 1
    assert told["recall_translated"] == 0
    assert set(told["aims"]) == {"ratio_recall", "ratio_precision", "ratio_intake"}


@pytest.mark.parametrize("name", sorted(BENCHES))
def test_every_bench_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as done:
        main(["bench", name, "--help"])
    assert done.value.code == 0
    told = capsys.readouterr().out
    assert "--json" in told
    assert ("--database" in told) == (name in NEED_DATABASE)


def test_a_missed_aim_is_told_by_report_and_exit_code():
    report = Report("x")
    report.add("ratio_a", 0.2, aim=("≥", 0.15))
    assert report.passed
    report.add("ratio_b", 1.4, aim=("≤", 1.3))
    assert not report.passed
    assert json.loads(report.as_json())["aims"]["ratio_b"] == {"aim": "≤ 1.3", "passed": False}


def test_no_two_items_of_the_bench_share_a_text():
    from datetime import UTC, datetime
    from itertools import islice

    from trustdesk.bench.intake import _items

    made = list(islice(_items(datetime(2026, 3, 10, tzinfo=UTC)), 1000))
    assert len({item["external_id"] for item in made}) == 1000
    assert len({str(item["fields"]) for item in made}) == 1000


@pytest.mark.real
def test_a_backtest_is_measured_on_items_of_its_own(real_db, monkeypatch, capsys):
    from contextlib import nullcontext

    from trustdesk.content.models import ItemVersion
    from trustdesk.screening import queries
    from trustdesk.screening.models import Verdict

    monkeypatch.setattr(command, "_own_database", lambda _: nullcontext())
    main(["bench", "backtest", "--json", "--items", "150", "--rounds", "1", "--seed", "7"])
    told = json.loads(capsys.readouterr().out)
    assert told["items_per_second_1"] > 0
    assert told["items_per_second_2"] > 0
    assert set(told["aims"]) == {"ratio_processes", "ratio_bare"}
    assert ItemVersion.objects.count() == Verdict.objects.count() == 150
    stored = [queries.replay(one) for one in Verdict.objects.order_by("id").values_list("id", flat=True)[:20]]
    assert {each.outcome for each in stored} == set(
        Verdict.objects.filter(id__in=[each.verdict for each in stored]).values_list("outcome", flat=True)
    )


def test_pictures_are_found_again_among_others(capsys):
    code = main(["bench", "images", "--json", "--hashes", "6000", "--searches", "2"])
    told = json.loads(capsys.readouterr().out)
    assert code in {0, 1}
    assert set(told["aims"]) == {"ratio_search", "look_milliseconds", "pdq_milliseconds"}
    assert told["look_milliseconds"] > 0


def test_the_inbox_is_measured_with_as_many_statements_on_both_desks(real_db, monkeypatch, capsys):
    from contextlib import nullcontext

    from trustdesk.bench import cases

    monkeypatch.setattr(command, "_own_database", lambda _: nullcontext())
    monkeypatch.setattr(cases, "_copy_of", nullcontext)  # both desks are one here
    monkeypatch.setattr(cases, "FEW", 1_500)
    monkeypatch.setattr(cases, "BULK", 10)
    code = main(["bench", "cases", "--json", "--cases", "2000", "--rounds", "1"])
    told = json.loads(capsys.readouterr().out)
    assert code in {0, 1}
    assert set(told["aims"]) == {"ratio_1m_to_10k", "ratio_bulk_1m_to_10k", "same_statements"}
    assert told["same_statements"] == 1
    assert told["statements_most"] > 0
    assert told["ms_list_word_usual_1m"] > 0


def test_the_console_bench_says_what_to_install_before_it_makes_a_database(capsys, monkeypatch):
    monkeypatch.setattr(command, "_own_database", None)  # asking for one would fail here
    assert main(["bench", "console", "--chromium", "no-such-browser"]) == 1
    assert "playwright install chromium" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert main(["bench", "console"]) == 1
    assert "pip install playwright" in capsys.readouterr().err
