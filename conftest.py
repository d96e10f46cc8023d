"""The ground all tests stand on: a cluster per process, committed databases for real connections, a fixed cast."""

import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from tests.product import Product

if TYPE_CHECKING:
    from tests.cluster import Cluster

hypothesis_settings.register_profile(
    "default", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "deep", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


# Where the environment forbids to keep compiled modules, each process of the run (a worker, a command that a test starts)
# compiles some three thousand of them for itself: seconds of each start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure(config: pytest.Config) -> None:
    hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from tests.order import ByFile

    return ByFile(config, log) if config.getvalue("dist") in ("loadfile", "loadgroup") else None


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
def django_db_setup(
    django_test_environment, django_db_blocker, django_db_modify_db_settings, cluster
) -> Iterator[None]:
    """The migrated test database and a copy of it, the template of all others.

    Replaces pytest-django's own, which makes no database when no collected test carries its mark: tests of the started
    product and of real connections do not. Nothing is torn down, since the cluster goes as a whole.
    """
    import psycopg
    from django.db import connection, connections
    from django.test.utils import setup_databases

    with django_db_blocker.unblock():
        setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
        name = connection.settings_dict["NAME"]
        connections.close_all()
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE trustdesk_template TEMPLATE "{name}"')
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session")
def product(django_db_setup, cluster) -> Iterator[Product]:
    """The product with its sample desk, started once a test process, ended with it (tests/product.py)."""
    import psycopg

    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE trustdesk_product TEMPLATE trustdesk_template")
    made = Product(cluster.url("trustdesk_product"))
    try:
        yield made.start()
    finally:
        made.stop()


@contextmanager
def a_copy(cluster: "Cluster", template: str, *, keep: bool = False) -> Iterator[str]:
    """A committed copy of a database of the cluster, which this thread and all others talk to inside the block.

    A copy takes a fifth of a second; tests that share one meet each other's queues, work and policies.
    """
    import psycopg
    from django.db import connections

    name = f"trustdesk_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    kept = connections.settings["default"]
    before = kept["NAME"]
    connections.close_all()
    kept["NAME"] = connections["default"].settings_dict["NAME"] = name
    try:
        yield cluster.url(name)
    finally:
        connections.close_all()
        kept["NAME"] = connections["default"].settings_dict["NAME"] = before
        if not keep:
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def real_db(django_db_setup, django_db_blocker, cluster) -> Iterator[str]:
    """A committed database of this test's own, in this thread and all others; yields its DSN."""
    with django_db_blocker.unblock(), a_copy(cluster, "trustdesk_template") as dsn:
        yield dsn


@pytest.fixture(scope="session")
def packed(django_db_setup, django_db_blocker, cluster) -> str:
    """The name of a database in which the pack of policies is in force: a template, made when first asked for."""
    from django.conf import settings
    from django.db import connections

    from trustdesk.kernel.base.timesource import now
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.policy.actions import import_pack

    with django_db_blocker.unblock(), a_copy(cluster, "trustdesk_template", keep=True):
        import_pack(actor=SYSTEM, path=settings.PACK, now=now())
        name = connections.settings["default"]["NAME"]
    return str(name)


@pytest.fixture
def packed_db(packed, django_db_blocker, cluster) -> Iterator[str]:
    """As `real_db`, with the pack of policies in force."""
    with django_db_blocker.unblock(), a_copy(cluster, packed) as dsn:
        yield dsn


@pytest.fixture(autouse=True, scope="session")
def _pack_checked_once(django_test_environment) -> None:
    from django.conf import settings
    from tests.pack import check_once

    check_once(settings.PACK)


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    from django.core.cache import cache

    from trustdesk.signals.memory import memory

    cache.clear()
    memory.stale()  # each test may look at another database


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in the middle of nowhere special."""
    return datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def corpus() -> Path:
    """The evaluation corpus; tests that need it skip with the remedy. Named but not there is a failure: `.ci/run` names it."""
    from trustdesk.config import options

    folder = options.get("TRUSTDESK_CORPUS")
    if not folder:
        pytest.skip("set TRUSTDESK_CORPUS")
    if not (Path(folder) / "text").is_dir():
        pytest.fail(f"TRUSTDESK_CORPUS is {folder}, which holds no folder text/")
    return Path(folder)
