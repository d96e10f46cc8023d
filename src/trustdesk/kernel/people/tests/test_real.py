"""People under real, parallel connections."""

import threading

import pytest
from django.db import connection

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.people import actions
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Grant

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("real_db")]


def administrators():
    return set(Grant.objects.filter(role__code="admin", staff__is_active=True).values_list("staff_id", flat=True))


@pytest.mark.parametrize("verb", ["take_role", "close_sign_in"])
def test_two_administrators_cannot_remove_each_other_at_once(now, verb):
    actions.load_ground(actor=SYSTEM, pack="test", markets=[], sources=[], now=now)
    others = administrators()
    for _ in range(5):
        pair = [
            actions.add_staff(
                actor=SYSTEM, email=f"{uuid7().hex}@example.com", name="Jonas", password=None, roles=["admin"], now=now
            )
            for _ in range(2)
        ]
        for other in others:  # committed by an earlier round or test
            actions.take_role(actor=SYSTEM, staff_id=other, role="admin", now=now)
        gate, refused = threading.Barrier(2), []

        def remove(staff_id, gate=gate, refused=refused):
            gate.wait(20)
            try:
                if verb == "take_role":
                    actions.take_role(actor=SYSTEM, staff_id=staff_id, role="admin", now=now)
                else:
                    actions.close_sign_in(actor=SYSTEM, staff_id=staff_id, now=now)
            except actions.LastAdministrator:
                refused.append(staff_id)
            finally:
                connection.close()

        threads = [threading.Thread(target=remove, args=(staff_id,)) for staff_id in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(refused) == 1
        assert administrators() == set(refused)
        others = administrators()
