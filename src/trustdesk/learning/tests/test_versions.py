"""What the verbs refuse, and what the database refuses whatever is written."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.learning import actions
from trustdesk.learning.comparing import Comparison, Share
from trustdesk.learning.models import LabelledText, ModelVersion, Study
from trustdesk.learning.packing import Scored
from trustdesk.learning.refusals import (
    BadLabels,
    NoModel,
    NoSuchLabels,
    NothingBefore,
    OneInShadow,
    SamePerson,
    ShadowTooShort,
    Worse,
    WrongState,
)
from trustdesk.policy.tests import makers
from trustdesk.signals import actions as signals

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def dewi(tmp_path):
    makers.publish_pack(tmp_path / "pack", AT)
    return makers.make_person("Dewi", "policy_owner", now=AT)


@pytest.fixture
def jonas(dewi):
    return makers.make_person("Jonas", "lead", now=AT)


def figure(value):
    return Share(value, value - 0.01, value + 0.01)


def proposed(actor, gain=0.1):
    study = actions.ask_learning(actor=actor, label="fraud", since=AT, here=True, now=AT)
    actions.begin_study(study_id=study)
    empty = Scored.of(scores=[], truth=[], weights=[], groups=[], where=[])
    half = figure(0.5)
    told = Comparison(60, 20, 50, half, half, figure(gain), half, half, chance=False)
    more = {"trained": 100}
    return actions.propose(
        actor=actor,
        study_id=study,
        data=b"arrays",
        manifest={},
        against="",
        comparison=told,
        scored=empty,
        promised=[],
        more=more,
        now=AT,
    )


def test_a_worse_one_is_not_proposed_and_leaves_nothing(dewi):
    with pytest.raises(Worse):
        proposed(dewi, gain=-0.1)
    assert not ModelVersion.objects.exists()


def test_nobody_releases_their_own_nor_without_a_shadow(dewi, jonas):
    model = proposed(dewi)
    for actor, refusal in ((jonas, WrongState), (dewi, WrongState)):
        with pytest.raises(refusal):
            actions.release(actor=actor, model_id=model, now=AT)
    actions.start_shadow(actor=dewi, model_id=model, now=AT)
    with pytest.raises(WrongState):
        actions.start_shadow(actor=dewi, model_id=model, now=AT)
    with pytest.raises(OneInShadow):
        actions.start_shadow(actor=dewi, model_id=proposed(dewi), now=AT)
    with pytest.raises(ShadowTooShort):
        actions.release(actor=jonas, model_id=model, now=AT)
    ModelVersion.objects.filter(id=model).update(shadow={"items": 100})
    for actor in (dewi, SYSTEM):
        with pytest.raises(SamePerson):
            actions.release(actor=actor, model_id=model, now=AT)
    with pytest.raises(signals.HeadRefused):
        actions.release(actor=jonas, model_id=model, now=AT)
    assert ModelVersion.objects.get(id=model).state == "shadow", "arrays that are no model do not go live"
    for releaser in ("", dewi.label):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModelVersion.objects.filter(id=model).update(state="live", releaser=releaser)
    actions.withdraw(actor=dewi, model_id=model, why="It knows too little", now=AT)
    with pytest.raises(WrongState):
        actions.withdraw(actor=dewi, model_id=model, why="Again", now=AT)


def test_there_is_nothing_to_go_back_to_and_a_reason_is_asked(jonas):
    with pytest.raises(NothingBefore):
        actions.roll_back(actor=jonas, label="fraud", why="No reason", now=AT)
    with pytest.raises(Invalid):
        actions.roll_back(actor=jonas, label="fraud", why=" ", now=AT)


def test_labels_are_brought_and_thrown_away(dewi):
    raw = b"text,label,group\npay first,1,a\ncome and see,0,b\n"
    file = actions.bring_labels(actor=dewi, label="fraud", name="x.csv", raw=raw, now=AT)
    assert list(LabelledText.objects.filter(file=file).order_by("id").values_list("truth", "group")) == [
        (True, "a"),
        (False, "b"),
    ]
    with pytest.raises(NoModel):
        actions.ask_measurement(actor=dewi, label="fraud", file_id=file, now=AT, here=True)
    with pytest.raises(Invalid):
        actions.ask_measurement(actor=dewi, label="fraud", file_id=file, precisions=[1.0], now=AT, here=True)
    actions.forget_labels(actor=dewi, file_id=file, now=AT)
    assert not LabelledText.objects.exists()
    with pytest.raises(NoSuchLabels):
        actions.ask_measurement(actor=dewi, label="fraud", file_id=file, now=AT, here=True)
    for label, bad in (("Fraud!", raw), ("fraud", b"text,label\n")):
        with pytest.raises(BadLabels):
            actions.bring_labels(actor=dewi, label=label, name="x.csv", raw=bad, now=AT)
    assert Study.objects.count() == 0
