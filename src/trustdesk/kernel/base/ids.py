"""Ids: UUIDv7 (RFC 9562, 5.7), made here so that an id is known before its row is written."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7(at_ms: int | None = None) -> UUID:
    """A UUIDv7, strictly increasing within this process.

    48 bits of Unix milliseconds, then a 74-bit number: random in each new millisecond, counted up inside one
    (RFC 9562, 6.2, method 2). `at_ms` dates an id in the past and gives up the monotonic promise.
    """
    global _last  # noqa: PLW0603  one counter a process is the point
    with _lock:
        millis = time.time_ns() // 1_000_000 if at_ms is None else at_ms
        # 73 random bits leave the top bit free, so counting up cannot overflow into the timestamp.
        value = (millis << 74) | (int.from_bytes(os.urandom(10), "big") >> 7)
        if at_ms is None:
            if value <= _last:
                value = _last + 1
            _last = value
    high, low = value >> 74, value & ((1 << 74) - 1)
    rand_a, rand_b = low >> 62, low & ((1 << 62) - 1)
    return UUID(int=(high << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)
