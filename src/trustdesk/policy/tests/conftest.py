from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.tests import makers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return makers.make_folder(tmp_path / "pack")


@pytest.fixture
def desk(db: None, tmp_path: Path, now: datetime) -> None:
    """The small pack, published."""
    makers.publish_pack(tmp_path / "published", now)


@pytest.fixture
def person(desk: None, now: datetime) -> Callable[..., Actor]:
    return lambda name, *roles: makers.make_person(name, *roles, now=now)


@pytest.fixture
def dewi(person: Callable[..., Actor]) -> Actor:
    """Dewi owns policies."""
    return person("Dewi", "policy_owner")


@pytest.fixture
def jonas(person: Callable[..., Actor]) -> Actor:
    """Jonas leads."""
    return person("Jonas", "lead")


@pytest.fixture
def sari(person: Callable[..., Actor]) -> Actor:
    """Sari reviews; she may read policies, no more."""
    return person("Sari", "reviewer")
