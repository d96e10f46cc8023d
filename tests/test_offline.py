"""Nothing is fetched at run time: all signals answer where there is no network, none so much as tries."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
SIGSYS = 31

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="network namespaces and seccomp are Linux's"),
]


def run(folder, *more):
    return subprocess.run(
        [sys.executable, "-m", "tests.offline", str(folder), *more],
        cwd=TOP,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": f"{TOP}:{TOP / 'src'}",
        },
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )


def test_all_signals_answer_without_any_network(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["pictures"]["refusal"] == told["video"]["refusal"] == ""
    assert told["pictures"]["texts"] >= 1
    assert told["pictures"]["adult"] is not None
    assert told["video"]["frames"] >= 1
    assert told["entities"]["phones"] == told["entities"]["urls"] == 1
    # onnxruntime's newer wheels keep a diary in the home folder before they send it.
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_the_trap_closes_when_a_name_is_looked_up(tmp_path):
    assert run(tmp_path, "--look-up").returncode == -SIGSYS
