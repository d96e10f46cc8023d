"""The supervisor hears every signal, whatever it is doing at that moment."""

import signal
import threading
import time

from trustdesk.config.supervisor.told import Told


def test_a_signal_in_the_middle_of_waiting_ends_the_wait():
    before = signal.getsignal(signal.SIGALRM)
    try:
        for at in range(100):
            told = Told()
            signal.signal(signal.SIGALRM, lambda *_, told=told: told.set())
            signal.setitimer(signal.ITIMER_REAL, 0.0001 * (1 + at % 10))
            while not told.wait(0.0003):
                pass
            assert told.is_set()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_it_waits_no_longer_than_it_is_asked_to_and_may_be_told_twice():
    told = Told()
    assert told.wait(0.01) is False
    began = time.monotonic()
    threading.Timer(0.05, told.set).start()
    assert told.wait(30)
    assert time.monotonic() - began < 20
    told.set()
    assert told.wait(30)
