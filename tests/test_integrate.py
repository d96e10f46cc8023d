"""docs/integrate.md does what it says: its blocks run, in order, against the started product."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
DOC = Path(__file__).resolve().parents[1] / "docs" / "integrate.md"


def blocks(kind: str) -> list[str]:
    found = re.findall(rf"^```{kind}\n(.*?)^```$", DOC.read_text(), re.DOTALL | re.MULTILINE)
    assert found, kind
    return found


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(path: Path, words: str) -> str:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if words in (said := path.read_text()):
            return said
        time.sleep(0.1)
    raise AssertionError(f"{words!r} never came: {path.read_text()!r}")


def test_a_platform_is_integrated_by_the_book(product, tmp_path):
    port = free_port()
    environment = {
        **os.environ,
        "DESK": product.url,
        "KEY": product.key("Book", "items:write", "decisions:read", "webhooks"),
        "RECEIVER_PORT": str(port),
    }
    told = subprocess.run(
        ["bash", "-e"],
        input="\n".join(blocks("sh")),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert '"status":"rejected"' in told.stdout
    assert "wa.me" in told.stdout

    done = subprocess.run(
        [sys.executable, "-W", "error", "-"],
        input="\n".join(blocks("python")),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "live"
    assert "{'kind':" in done.stdout
    assert "ready live" in said
    secret = said[-1]
    assert secret.startswith("whsec_")

    (receiver,) = blocks("python receiver")
    log = tmp_path / "receiver"
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", receiver],
            env={**environment, "SECRET": secret},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            again = blocks("sh")[0].replace("ad-1", "ad-9").replace("first-item-1", "another-item")
            subprocess.run(
                ["bash", "-e"], input=again.encode(), env=environment, check=True, timeout=60, capture_output=True
            )
            assert "ad-9 remove rejected" in wait_for(log, "ad-9")
        finally:
            running.terminate()
            running.wait(20)
