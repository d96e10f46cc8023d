"""The ground all tests stand on: a cluster per process, a committed database for real connections, a fixed cast."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile(
    "default", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "deep", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_configure(config: pytest.Config) -> None:
    import os

    hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_unconfigure(config: pytest.Config) -> None:
    from django.conf import settings

    if settings.configured and "trustdesk-test-" in str(settings.HOME):
        shutil.rmtree(settings.HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[object]:
    from tests.cluster import Cluster

    made = Cluster().start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(cluster) -> None:
    from django.db import connections

    connections.settings["default"].update(HOST=cluster.host, USER=cluster.user, PORT="")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, cluster) -> None:
    """After the migrated test database: `trustdesk_real`, a copy for tests with real connections and commits."""
    from django.db import connection, connections

    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        connections.close_all()
        import psycopg

        with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE trustdesk_real TEMPLATE "{name}"')


@pytest.fixture
def real_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The committed database, in this thread and all others: make data under fresh ids, never flush."""
    from django.db import connections

    settings = connections.settings["default"]
    before = settings["NAME"]
    with django_db_blocker.unblock():
        connections.close_all()
        settings["NAME"] = "trustdesk_real"
        connections["default"].settings_dict["NAME"] = "trustdesk_real"
        try:
            yield
        finally:
            connections.close_all()
            settings["NAME"] = before
            connections["default"].settings_dict["NAME"] = before


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in the middle of nowhere special."""
    return datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def corpus() -> Path:
    """The evaluation corpus; tests that need it skip with the remedy."""
    from trustdesk.config import options

    folder = options.get("TRUSTDESK_CORPUS")
    if not folder:
        pytest.skip("set TRUSTDESK_CORPUS")
    return Path(folder)
