"""`trustdesk up` with real processes: every way of dying is followed by a clean start and a stop that leaves nothing."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import psycopg
import pytest

from trustdesk.config.supervisor.postgres import running_dsn
from trustdesk.config.tests.desk import Desk, new_home, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # a start runs for minutes where eight runs share two cores


@pytest.fixture(scope="module")
def started_once() -> Iterator[Desk]:
    """A data folder whose first start is done; the desk runs. The folder's name is longer than a socket's may be."""
    top = new_home()
    desk = Desk(top / ("a-long-name-" * 8))
    try:
        yield desk.start()
    finally:
        desk.clean_up()
        shutil.rmtree(top, ignore_errors=True)


def runs(desk: Desk) -> bool:
    return desk.process is not None and desk.process.poll() is None


@pytest.fixture
def running(started_once: Desk) -> Iterator[Desk]:
    """The desk, running. A start takes longer than most of these tests: one that needs no stop leaves it so."""
    if not runs(started_once):
        started_once.start()
    started_once.wait_ready()
    yield started_once
    clear_up(started_once)


@pytest.fixture
def stopped(started_once: Desk) -> Iterator[Desk]:
    """The desk, stopped."""
    if runs(started_once):
        started_once.stop()
    yield started_once
    clear_up(started_once)


def clear_up(desk: Desk) -> None:
    """A failed test must not fail the next one: without the desk itself nothing of its folder runs."""
    if not runs(desk):
        for process in processes_of(desk.home):
            with suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.mark.parametrize("name", ["web", "worker", "media worker"])
def test_a_killed_child_is_started_again(running, name):
    before = running.part(name).pid
    os.kill(before, signal.SIGKILL)
    running.wait_gone(before)
    running._until(lambda: f"The {name} process was ended by SIGKILL; starting it again." in running.output(), 60)
    running.wait_ready()
    assert running.part(name).pid != before


def test_a_killed_postmaster_is_started_again_and_the_desk_goes_on(running):
    before = running.part("postmaster").pid
    os.kill(before, signal.SIGKILL)
    running._until(lambda: "The database process is gone; starting it again." in running.output(), 60)
    running.wait_ready()
    assert running.part("postmaster").pid != before
    made = running.command("key", "create", f"after the crash {time.time()}", "--scopes", "items:write")
    assert made.returncode == 0, made.stderr


def test_a_folder_with_a_very_long_name_works(running):
    assert len(str(running.home)) > 107, "the path of a socket has no room for it"
    assert running.readiness()[0] == 200
    assert (running.home / "postgres" / "PG_VERSION").exists()


def test_a_second_up_on_the_same_folder_is_refused_in_one_line(running):
    second = running.command("up", "--port", "0")
    assert second.returncode == 1
    assert second.stderr == (
        f"trustdesk: Another trustdesk (process {running.process.pid}) is running on {running.home}. Stop it first.\n"
    )


def test_everything_killed_at_once_is_followed_by_a_clean_start(running):
    for process in processes_of(running.home):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    running.process.wait()
    running.start()
    assert "Traceback" not in running.output()


def test_a_killed_supervisor_takes_web_and_worker_along_and_its_database_is_taken_over(running):
    web, worker, media, postmaster = (
        running.part(name).pid for name in ("web", "worker", "media worker", "postmaster")
    )
    running.process.kill()
    running.process.wait()
    running.wait_gone(web, worker, media)
    running.start()
    assert "Took over the database" in running.output()
    assert running.part("postmaster").pid == postmaster
    running.stop()


def test_term_ends_everything_and_the_second_start_keeps_the_data(running):
    """The data folder's first start was for the tests above."""
    assert "first start" not in running.output()
    assert "sari@desk.example" in running.output()
    running.stop(signal.SIGTERM)


def test_ctrl_c_to_the_whole_group_ends_everything(running):
    running.stop(signal.SIGINT, group=True)


def test_being_told_twice_is_being_told_once(running):
    running.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    running.stop(signal.SIGTERM, group=True)


def test_a_port_in_use_is_said_in_one_line(stopped):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = stopped.command("up", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"trustdesk: Port {port} on 127.0.0.1 is in use.")
    assert refused.stderr.count("\n") == 1
    assert not processes_of(stopped.home)


def test_a_database_newer_than_the_code_is_refused_in_one_line(running):
    with psycopg.connect(running_dsn(running.home), autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_later', now())")
        worker = running.command("worker")
        running.stop()
        refused = running.command("up", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr == (
        "trustdesk: The database is newer than this TrustDesk (it has people.9999_later). "
        "Install the version that made it.\n"
    )
    assert "newer" in worker.stderr
    assert not processes_of(running.home)


def test_a_named_database_is_used_and_left_running(cluster, django_db_setup, tmp_path):
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE named_by_url TEMPLATE trustdesk_template")  # or migrating takes most of it
    desk = Desk(tmp_path / "home", TRUSTDESK_DATABASE_URL=cluster.url("named_by_url"))
    try:
        desk.start()
        assert not (desk.home / "postgres").exists()
        desk.stop()
        with psycopg.connect(cluster.url("named_by_url")) as connection:
            assert connection.execute("SELECT count(*) FROM people_staff").fetchone()[0]
    finally:
        desk.clean_up()


def test_an_older_postgresql_is_upgraded_only_when_asked_and_after_a_copy():
    from trustdesk.config.supervisor.postgres import Embedded, run_program

    desk = Desk(new_home())
    try:
        cluster = Embedded(desk.home)
        old = cluster.programs(16)
        # The way an earlier TrustDesk would have left it: made by PostgreSQL 16, with something in it.
        cluster._wheel.get_server(
            cluster.data, cleanup_mode=None, start=False, postgres_version=16
        ).ensure_pgdata_inited()
        options = f"-h '' -k {cluster.data}"
        run_program(
            old,
            "pg_ctl",
            "-D",
            cluster.data,
            "-w",
            "-l",
            cluster.data / "log",
            "-o",
            options,
            "start",
            user=cluster.user,
        )
        with psycopg.connect(f"postgresql://postgres@/postgres?host={cluster.data}", autocommit=True) as admin:
            admin.execute("CREATE DATABASE trustdesk")
        with psycopg.connect(f"postgresql://postgres@/trustdesk?host={cluster.data}", autocommit=True) as inside:
            inside.execute("CREATE TABLE kept AS SELECT 'from sixteen' AS word")
        run_program(old, "pg_ctl", "-D", cluster.data, "-w", "-m", "fast", "stop", user=cluster.user)

        refused = desk.command("up", "--port", "0")
        assert refused.returncode == 1
        assert "was made by PostgreSQL 16" in refused.stderr
        assert "`trustdesk up --upgrade-database`" in refused.stderr
        assert refused.stderr.count("\n") == 1

        desk.start("--upgrade-database")
        with psycopg.connect(running_dsn(desk.home)) as connection:
            assert connection.info.server_version >= 180000
            assert connection.execute("SELECT word FROM kept").fetchone() == ("from sixteen",)
        desk.stop()
        copies = list(desk.home.glob("postgres-16-*"))
        assert [(copy / "PG_VERSION").read_text().strip() for copy in copies] == ["16"]
        assert sorted(entry.name for entry in desk.home.glob("postgres*")) == ["postgres", copies[0].name]
    finally:
        desk.clean_up()
        shutil.rmtree(desk.home, ignore_errors=True)
