"""Sending to the register: each statement arrives once, whatever is lost on the way."""

import pytest

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import sources
from trustdesk.register import exporting, queries, sending
from trustdesk.register.models import Batch, Entry
from trustdesk.register.tests import standin
from trustdesk.register.tests.makers import ads, settle


def send(register, now, *, token=standin.TOKEN):
    source = next(source for source in sources().values() if source.code == "pasar")
    return sending.send(actor=SYSTEM, source=source.id, url=register.url, token=token, now=now)


def written(now, folder, **given):
    ads(now=now, **given)
    settle(now)
    exporting.export(actor=SYSTEM, folder=folder, now=now)


def test_each_arrives_once_whatever_is_lost(packed_db, now, tmp_path):
    written(now, tmp_path, count=3)
    with standin.running() as register:
        with pytest.raises(sending.TokenRefused):
            send(register, now, token="somebody else's")
        register.before = ["lost"]
        with pytest.raises(sending.RegisterAway):
            send(register, now)
        assert len(register.taken) == 3, "taken, and nobody heard of it"
        assert queries.counts().taken == 0
        register.before = [503]
        with pytest.raises(sending.RegisterAway):
            send(register, now)
        assert (send(register, now).taken, len(register.taken)) == (3, 3)
        posted = [call for call in register.calls if call[0] == "POST"]
        assert len(posted) == 2, "the one without the right token, and the one that was lost"
        assert {entry.register_id for entry in Entry.objects.all()} == {one["uuid"] for one in register.taken.values()}
        assert send(register, now) == sending.Sent(), "nothing is left"

        # Somebody brought one of the next batch there by hand.
        written(now, tmp_path, count=2, mark="b")
        first = Entry.objects.filter(taken_at=None).order_by("id").first()
        register.post({"statements": [first.payload]})
        assert send(register, now).taken == 2
        assert len(register.taken) == 5
    assert Batch.objects.filter(sent_at=None).count() == 0


def test_what_the_register_refuses_is_kept_with_its_fields_and_the_rest_arrives(packed_db, now, tmp_path):
    written(now, tmp_path, count=3)
    with standin.running() as register:
        register.facts["enums"]["account_type"] = []  # it changed its mind, and we do not know yet
        for entry in Entry.objects.all()[1:]:
            Entry.objects.filter(id=entry.id).update(
                payload={name: value for name, value in entry.payload.items() if name != "account_type"}
            )
        sent = send(register, now)
        assert (sent.taken, sent.refused, len(register.taken)) == (2, 1, 2)
        refused = queries.refused()
        assert [set(entry.errors) for entry in refused] == [{"account_type"}]
        again = exporting.export(actor=SYSTEM, folder=tmp_path, now=now)
        assert (again.mended, again.batches) == (0, []), "the same again would be refused again"


def test_the_token_never_goes_in_the_clear(packed_db, now):
    source = next(iter(sources().values()))
    with pytest.raises(sending.NotSafe):
        sending.send(actor=SYSTEM, source=source.id, url="http://register.example", token="x", now=now)
