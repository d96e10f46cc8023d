"""Uploads against the started product: streamed in constant memory, refused before they are read."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

pytestmark = pytest.mark.slow
MIB = 2**20


def film(mib: int) -> Iterator[bytes]:
    """Something that begins like a film, of this many MiB."""
    yield b"\0\0\0\x20ftypisom\0\0\2\0".ljust(MIB, b"\0")
    for number in range(mib - 1):
        yield number.to_bytes(8, "big") * (MIB // 8)


def memory(pid: int) -> float:
    """Resident memory of a process, in MiB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads the process's memory from /proc")
def test_a_large_upload_takes_no_more_memory_than_a_small_one(product):
    key = product.key("Film", "items:write")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "video/mp4"}
    with httpx.Client(base_url=f"{product.url}/api/v1", headers=headers, timeout=120) as client:
        assert client.post("/files", content=film(2)).status_code == 201
        before = memory(product.web.pid)
        told = client.post("/files", content=film(200))
        grown = memory(product.web.pid) - before
    assert told.status_code == 201
    assert (told.json()["media_type"], told.json()["size"]) == ("video/mp4", 200 * MIB)
    assert grown < 48, f"200 MiB uploaded took {grown:.0f} MiB of memory"


def test_an_upload_that_is_too_large_is_refused_before_it_is_sent(product):
    parts = urlsplit(product.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.putrequest("POST", "/api/v1/files")
    connection.putheader("Authorization", f"Bearer {product.key('Big', 'items:write')}")
    connection.putheader("Content-Length", str(600 * MIB))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert b'"code":"too_large"' in answer.read()
    connection.close()


def test_a_body_without_an_end_is_cut_off(product):
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(256 * 1024)

    with httpx.Client(timeout=30) as client:
        try:
            answer = client.post(
                f"{product.url}/api/v1/items", content=endless(), headers={"Authorization": "Bearer x"}
            )
        except httpx.TransportError:
            return  # the desk hung up in the middle: as good
        assert answer.status_code == 413
