from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.tests import makers as policy_makers
from trustdesk.rehearsal.tests import makers


@pytest.fixture
def desk(db: None, tmp_path: Path, now: datetime) -> None:
    """The small pack, published, with six days of listings."""
    policy_makers.publish_pack(tmp_path / "published", now)
    makers.past(now)


@pytest.fixture
def person(desk: None, now: datetime) -> Callable[..., Actor]:
    return lambda name, *roles: policy_makers.make_person(name, *roles, now=now)


@pytest.fixture
def dewi(person: Callable[..., Actor]) -> Actor:
    return person("Dewi", "policy_owner")


@pytest.fixture
def jonas(person: Callable[..., Actor]) -> Actor:
    return person("Jonas", "lead")


@pytest.fixture
def sari(person: Callable[..., Actor]) -> Actor:
    return person("Sari", "reviewer")
