import json
import os
import subprocess
import sys

import psycopg
import pytest

from trustdesk.bench import Report
from trustdesk.config.cli import main


def report(ratio):
    made = Report("claim", setting={"open": 10})
    made.add("claims_per_second", 1234.5, "claims/s")
    made.add("ratio_action_to_statement", ratio, aim=("≥", 0.5))
    return made


def test_a_report_says_figures_aims_and_whether_they_were_met():
    met, missed = report(0.5), report(0.49)
    assert (met.passed, missed.passed) == (True, False)
    assert "✓ aim ≥ 0.5" in met.table()
    assert "✗ aim ≥ 0.5" in missed.table()
    told = json.loads(missed.as_json())
    assert told["claims_per_second"] == 1234.5
    assert told["aims"] == {"ratio_action_to_statement": {"aim": "≥ 0.5", "passed": False}}


@pytest.mark.slow
def test_the_claim_bench_measures_in_a_database_of_its_own_and_leaves_none(cluster):
    """In a process of its own, as people run it; the figures of so small a run mean nothing, their presence does."""
    # Without this run's settings: people have none.
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = ["bench", "claim", "--json", "--open", "10200", "--claims", "20", "--database", cluster.url("postgres")]
    done = subprocess.run(
        [sys.executable, "-m", "trustdesk", *command], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    told = json.loads(done.stdout)
    assert told["setting"] == {"open": 10200, "claims": 20, "pools": 40}
    assert set(told["aims"]) == {
        "ratio_action_to_statement",
        "ratio_cost_many_to_few",
        "ratio_action_cost_many_to_few",
    }
    with psycopg.connect(cluster.url("postgres")) as admin:
        assert admin.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'trustdesk_bench%'").fetchone() == (
            0,
        )


def test_an_unknown_bench_is_refused_with_the_list(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bench", "speed"])
    assert ended.value.code == 2
    assert "speed" in capsys.readouterr().err
