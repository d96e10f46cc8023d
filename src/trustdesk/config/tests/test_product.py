"""Web and worker as a platform's operator meets them: probes, metrics, commands."""

import json
import time
import urllib.error
import urllib.request

import psycopg
import pytest
from tests.product import free_port

from trustdesk.config.supervisor.children import Child
from trustdesk.config.tests.desk import bare_environment

pytestmark = pytest.mark.slow


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(url: str, *, follow: bool = True, **headers: str) -> tuple[int, str, dict]:
    opener = urllib.request.build_opener(*([] if follow else [_Stay]))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def test_the_probes_answer_under_any_host_name_and_say_what_they_checked(product):
    assert fetch(f"{product.url}/healthz", Host="10.0.0.7")[0] == 200
    status, body, headers = fetch(f"{product.url}/readyz", Host="10.0.0.7")
    assert status == 200
    assert json.loads(body)["checks"].keys() == {"database", "migrations", "worker"}
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_readiness_needs_a_worker_that_reported_lately(product):
    with psycopg.connect(product.dsn, autocommit=True) as connection:
        product.worker.ask_to_stop()
        product.worker._process.wait(10)
        try:
            status, body, _ = fetch(f"{product.url}/readyz")
            assert status == 503, "a worker that ended takes its heartbeat along"
            connection.execute(
                "INSERT INTO config_heartbeat (name, at, loops) VALUES ('gone/1', now() - interval '40 seconds', '{}')"
            )
            status, body, _ = fetch(f"{product.url}/readyz")
            assert (status, json.loads(body)["checks"]["worker"]["ok"]) == (503, False)
            assert "reported 4" in json.loads(body)["checks"]["worker"]["says"]
        finally:
            connection.execute("DELETE FROM config_heartbeat WHERE name = 'gone/1'")
            product.worker.start()
    product.wait_ready()


def test_metrics_are_for_this_machine_or_a_key(product):
    status, body, _ = fetch(f"{product.url}/metrics")
    assert status == 200
    assert "trustdesk_deliveries_dead 0.0" in body
    assert 'loop="sequencer"' in body
    assert 'loop="seals"' in body
    through_a_proxy = {"X-Forwarded-For": "203.0.113.9"}
    assert fetch(f"{product.url}/metrics", **through_a_proxy)[0] == 403
    other = product.key("metrics, wrong scope", "items:write")
    assert fetch(f"{product.url}/metrics", Authorization=f"Bearer {other}", **through_a_proxy)[0] == 403
    right = product.key("metrics", "metrics")
    assert fetch(f"{product.url}/metrics", Authorization=f"Bearer {right}", **through_a_proxy)[0] == 200


def test_lost_database_connections_cost_no_request_and_no_loop(product):
    assert fetch(f"{product.url}/account/login/")[0] == 200
    with psycopg.connect(product.dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(3):
        assert fetch(f"{product.url}/account/login/")[0] == 200
    product.wait_ready()
    with psycopg.connect(product.dsn, autocommit=True) as connection:
        before = connection.execute("SELECT coalesce(max(position), 0) FROM ledger_position").fetchone()[0]
        product.key("made after the loss", "items:read")
        for _ in range(100):
            now = connection.execute("SELECT coalesce(max(position), 0) FROM ledger_position").fetchone()[0]
            if now > before:
                return
            connection.execute("SELECT pg_sleep(0.1)")
    pytest.fail("the sequencer did not come back")


def test_a_key_goes_alone_to_standard_output(product):
    made = product.cli("key", "create", "for the platform", "--scopes", "items:write,decisions:read")
    assert made.stdout.startswith("tdk_")
    assert made.stdout.count("\n") == 1
    assert made.stdout.strip() not in made.stderr
    again = product.cli("key", "create", "for the platform", "--scopes", "items:write", check=False)
    assert (again.returncode, again.stdout) == (1, "")
    assert "already in use" in again.stderr
    unknown = product.cli("key", "create", "other", "--scopes", "everything", check=False)
    assert unknown.returncode == 1
    assert "items:write" in unknown.stderr


def test_a_person_added_on_the_command_line_has_the_role(product):
    done = product.cli("staff", "create", "Rani@Desk.example", "--name", "Rani", "--role", "admin", stdin="\n")
    assert "rani@desk.example with the password " in done.stdout
    refused = product.cli("staff", "create", "x@desk.example", "--name", "X", "--role", "king", check=False)
    assert refused.returncode == 1
    assert "There is no role “king”." in refused.stderr


def test_ledger_verify_says_what_it_found(product):
    assert "as it was written." in product.cli("ledger", "verify").stdout
    with psycopg.connect(product.dsn, autocommit=True) as intruder:
        for _ in range(300):
            if intruder.execute("SELECT max(last) FROM ledger_seal").fetchone()[0]:
                break
            intruder.execute("SELECT pg_sleep(0.1)")
        victim, actor = intruder.execute(
            "SELECT f.id, f.actor FROM ledger_fact f JOIN ledger_position p ON p.fact_id = f.id WHERE p.position = 1"
        ).fetchone()
        intruder.execute("SET session_replication_role = replica")
        intruder.execute("UPDATE ledger_fact SET actor = 'staff:nobody' WHERE id = %s", [victim])
        try:
            found = product.cli("ledger", "verify", check=False)
        finally:
            intruder.execute("UPDATE ledger_fact SET actor = %s WHERE id = %s", [actor, victim])
    assert found.returncode == 1
    assert "FOUND: a fact between positions 1 and" in found.stdout


def test_no_secret_is_in_the_log(product):
    secret = product.key("looked for in the log", "items:read")
    fetch(f"{product.url}/api/v1/items", Authorization=f"Bearer {secret}", Cookie="sessionid=verysecretsession")
    for word in (secret, "verysecretsession", "trustdesk-sample"):
        assert word not in product.log()


def test_a_command_without_a_desk_says_how_to_get_one(tmp_path):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "trustdesk", "key", "create", "x", "--scopes", "items:read"],
        env=bare_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"trustdesk: No desk is running on {tmp_path}. Start it with `trustdesk up`")
    assert done.stderr.count("\n") == 1


def test_in_production_pages_need_tls_and_a_known_host_while_probes_need_neither(product, tmp_path):
    import subprocess

    key = tmp_path / "seal.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    key.chmod(0o600)
    port = free_port()
    web = Child(
        "web",
        ["web", "--port", str(port)],
        environment={
            **{name: value for name, value in product.environment.items() if not name.endswith("_TARGETS")},
            "TRUSTDESK_MODE": "production",
            "TRUSTDESK_HOME": "/var/lib/trustdesk-production-test",  # never made: web alone writes nothing there
            "TRUSTDESK_SECRET_KEY": "8Jq2mN5vX0cZr7LpWk3Ty9Hd1Gf6Bs4Ae-UoIiQqPzRtYx",
            "TRUSTDESK_SEAL_KEY": str(key),
            "TRUSTDESK_PUBLIC_URL": "https://desk.example.com",
            "TRUSTDESK_HOSTS": "desk.example.com",
            "TRUSTDESK_MAIL_URL": "smtp://127.0.0.1:2525",
            "TRUSTDESK_MAIL_FROM": "desk@example.com",
        },
        say=print,
    )
    web.start()
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                assert fetch(f"{base}/healthz", Host="10.0.0.7")[0] == 200
                break
            except OSError:
                time.sleep(0.2)
        assert fetch(f"{base}/readyz", Host="10.0.0.7")[0] == 200
        proxied = {"Host": "desk.example.com", "X-Forwarded-Proto": "https"}
        status, _, headers = fetch(f"{base}/account/login/", **proxied)
        assert status == 200
        assert headers["strict-transport-security"].startswith("max-age=31536000")
        assert "Secure" in headers["set-cookie"]
        status, _, headers = fetch(f"{base}/account/login/", Host="desk.example.com", follow=False)
        assert (status, headers["location"]) == (301, "https://desk.example.com/account/login/")
        assert fetch(f"{base}/account/login/", **{**proxied, "Host": "evil.example"})[0] == 400
    finally:
        web.ask_to_stop()
        web.end(time.monotonic() + 10)
