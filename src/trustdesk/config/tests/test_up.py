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

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


@pytest.fixture(scope="module")
def started_once() -> Iterator[Desk]:
    """A data folder whose first start is done; the desk runs."""
    desk = Desk(new_home())
    try:
        yield desk.start()
    finally:
        desk.clean_up()
        shutil.rmtree(desk.home, ignore_errors=True)


@pytest.fixture
def running(started_once: Desk) -> Desk:
    """The desk, running: for tests that leave it so. A start and a stop take longer than most of them."""
    if started_once.process is None or started_once.process.poll() is not None:
        started_once.start()
    return started_once


@pytest.fixture
def desk(started_once: Desk) -> Iterator[Desk]:
    """The desk, stopped."""
    if started_once.process is not None and started_once.process.poll() is None:
        started_once.stop()
    yield started_once
    if started_once.process is not None and started_once.process.poll() is None:
        started_once.process.kill()
        started_once.process.wait()
    # A failed test must not fail the next one.
    for process in processes_of(started_once.home):
        with suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.mark.parametrize("name", ["web", "worker", "media worker"])
def test_a_killed_child_is_started_again(running, name):
    before = running.part(name).pid
    os.kill(before, signal.SIGKILL)
    running.wait_gone(before)
    running._until(lambda: f"The {name} process was ended by SIGKILL; starting it again." in running.output(), 10)
    running.wait_ready()
    assert running.part(name).pid != before


def test_a_killed_postmaster_is_started_again_and_the_desk_goes_on(running):
    before = running.part("postmaster").pid
    os.kill(before, signal.SIGKILL)
    running._until(lambda: "The database process is gone; starting it again." in running.output(), 10)
    running.wait_ready()
    assert running.part("postmaster").pid != before
    made = running.command("key", "create", f"after the crash {time.time()}", "--scopes", "items:write")
    assert made.returncode == 0, made.stderr


def test_a_second_up_on_the_same_folder_is_refused_in_one_line(running):
    second = running.command("up", "--port", "0")
    assert second.returncode == 1
    assert second.stderr == (
        f"trustdesk: Another trustdesk (process {running.process.pid}) is running on {running.home}. Stop it first.\n"
    )


def test_term_ends_everything_and_the_second_start_keeps_the_data(desk):
    began = time.monotonic()
    desk.start()
    assert time.monotonic() - began < 45  # a few seconds on a machine with nothing else to do
    assert "first start" not in desk.output()
    assert "sari@desk.example" in desk.output()
    desk.stop(signal.SIGTERM)


def test_ctrl_c_to_the_whole_group_ends_everything(desk):
    desk.start().stop(signal.SIGINT, group=True)


def test_being_told_twice_is_being_told_once(desk):
    desk.start()
    desk.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    desk.stop(signal.SIGTERM, group=True)


def test_a_killed_supervisor_takes_web_and_worker_along_and_its_database_is_taken_over(desk):
    desk.start()
    web, worker, media, postmaster = (desk.part(name).pid for name in ("web", "worker", "media worker", "postmaster"))
    desk.process.kill()
    desk.process.wait()
    desk.wait_gone(web, worker, media)
    desk.start()
    assert "Took over the database" in desk.output()
    assert desk.part("postmaster").pid == postmaster
    desk.stop()


def test_everything_killed_at_once_is_followed_by_a_clean_start(desk):
    desk.start()
    for process in processes_of(desk.home):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    desk.process.wait()
    desk.start().stop()


def test_a_port_in_use_is_said_in_one_line(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = desk.command("up", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"trustdesk: Port {port} on 127.0.0.1 is in use.")
    assert refused.stderr.count("\n") == 1
    assert not processes_of(desk.home)


def test_a_database_newer_than_the_code_is_refused_in_one_line(desk):
    desk.start()
    with psycopg.connect(running_dsn(desk.home), autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_later', now())")
        worker = desk.command("worker")
        desk.stop()
        refused = desk.command("up", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr == (
        "trustdesk: The database is newer than this TrustDesk (it has people.9999_later). "
        "Install the version that made it.\n"
    )
    assert "newer" in worker.stderr
    assert not processes_of(desk.home)


def test_a_named_database_is_used_and_left_running(cluster, tmp_path):
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE named_by_url")
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


def test_a_folder_with_a_very_long_name_works():
    top = new_home()
    desk = Desk(top / ("a-long-name-" * 8))
    try:
        desk.start().stop()
    finally:
        desk.clean_up()
        shutil.rmtree(top, ignore_errors=True)
