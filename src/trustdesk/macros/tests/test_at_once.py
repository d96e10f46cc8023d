"""Two leads change one macro at the same time."""

import threading

import pytest
from django.db import connection

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.macros import actions
from trustdesk.macros.models import Macro
from trustdesk.macros.tests.makers import kept, macro, person


@pytest.mark.real
@pytest.mark.slow
def test_the_second_is_told(real_db):
    now = clock()
    jonas, rina = person("Jonas", "lead"), person("Rina", "lead")
    one = kept(jonas, now, shared=True)
    came, ready = [], threading.Barrier(2, timeout=30)

    def write(who):
        try:
            ready.wait()
            actions.change(actor=who, macro_id=one, macro=macro(text=f"By {who.name}."), number=1, now=now)
            came.append("kept")
        except Refusal as refusal:
            came.append(refusal.code)
        finally:
            connection.close()

    both = [threading.Thread(target=write, args=[who]) for who in (jonas, rina)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert sorted(came) == ["kept", "stale"]
    assert Macro.objects.get().number == 2
