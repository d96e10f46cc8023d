"""`trustdesk check --deploy`: each missing or unsafe setting is named, with words and a remedy; fit ones pass."""

import subprocess

import pytest

from trustdesk.config import options, production
from trustdesk.config.cli import main
from trustdesk.config.supervisor.refusals import CannotStart


@pytest.fixture
def fit(monkeypatch, tmp_path):
    """The settings of a desk that is fit for production."""
    for option in options.OPTIONS:
        monkeypatch.delenv(option.name, raising=False)
    key = tmp_path / "seal.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    key.chmod(0o600)
    settings = {
        "TRUSTDESK_MODE": "production",
        "TRUSTDESK_HOME": "/srv/trustdesk",
        "TRUSTDESK_SECRET_KEY": "8Jq2mN5vX0cZr7LpWk3Ty9Hd1Gf6Bs4Ae-UoIiQqPzRtYx",
        "TRUSTDESK_SEAL_KEY": str(key),
        "TRUSTDESK_PUBLIC_URL": "https://desk.example.com",
        "TRUSTDESK_HOSTS": "desk.example.com",
        "TRUSTDESK_DATABASE_URL": "postgresql://desk:pw@db.example.com/desk?sslmode=verify-full",
        "TRUSTDESK_MAIL_URL": "smtp://desk:pw@mail.example.com:587",
        "TRUSTDESK_MAIL_FROM": "Desk <desk@example.com>",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


def test_a_fit_desk_has_nothing_to_explain(fit):
    assert production.problems() == []
    production.refuse_unfit()


def test_every_setting_that_production_requires_is_missed(fit, monkeypatch):
    required = {option.name for option in options.OPTIONS if option.required_in_production}
    for name in required:
        monkeypatch.delenv(name, raising=False)
    assert required <= {problem.setting for problem in production.problems()}
    with pytest.raises(CannotStart, match=r"TRUSTDESK_SECRET_KEY.*check --deploy"):
        production.refuse_unfit()


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("TRUSTDESK_MODE", "desk", "cookies travel without TLS"),
        ("TRUSTDESK_SECRET_KEY", "short", "too easy to guess"),
        ("TRUSTDESK_SECRET_KEY", "a" * 60, "too easy to guess"),
        ("TRUSTDESK_SEAL_KEY", "/nowhere/seal.pem", "cannot be read"),
        ("TRUSTDESK_PUBLIC_URL", "http://desk.example.com", "is no https:// address"),
        ("TRUSTDESK_HOSTS", "*", "answers to every name"),
        ("TRUSTDESK_HOSTS", "other.example.com", "does not name desk.example.com"),
        ("TRUSTDESK_DATABASE_URL", "postgresql://desk:pw@db.example.com/desk", "without demanding TLS"),
        ("TRUSTDESK_DATABASE_URL", "postgresql://d@db.example.com/desk?sslmode=prefer", "without demanding TLS"),
        ("TRUSTDESK_MAIL_URL", "folder:", "names no mail server"),
        ("TRUSTDESK_MAIL_FROM", "desk@localhost", "no mail server accepts"),
        ("TRUSTDESK_PRIVATE_TARGETS", "allow", "reach private addresses"),
        ("TRUSTDESK_HOME", "/tmp/desk", "emptied at will"),
    ],
)
def test_an_unsafe_setting_is_explained(fit, monkeypatch, capsys, name, value, wrong):
    monkeypatch.setenv(name, value)
    found = production.problems()
    assert [problem.setting for problem in found] == [name]
    assert wrong in found[0].wrong
    assert found[0].remedy
    assert main(["check", "--deploy"]) == 1
    said = capsys.readouterr().out
    assert name in said
    assert found[0].remedy in said


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk@/desk?host=/var/run/postgresql",
        "postgresql://desk:pw@127.0.0.1/desk",
        "postgresql://desk:pw@localhost:5432/desk",
    ],
)
def test_a_database_on_the_same_machine_needs_no_tls(fit, monkeypatch, url):
    monkeypatch.setenv("TRUSTDESK_DATABASE_URL", url)
    assert production.problems() == []


def test_a_seal_key_that_others_may_read_is_explained(fit):
    from pathlib import Path

    path = Path(fit["TRUSTDESK_SEAL_KEY"])
    path.chmod(0o644)
    assert "can be read by others" in production.problems()[0].wrong
    path.chmod(0o600)
    path.write_text("no key")
    assert "holds no unencrypted PEM private key" in production.problems()[0].wrong


def test_an_unfit_production_desk_does_not_start(fit, monkeypatch, capsys):
    monkeypatch.setenv("TRUSTDESK_HOSTS", "*")
    for command in ("up", "web", "worker"):
        assert main([command]) == 1
        said = capsys.readouterr().err
        assert said.startswith("trustdesk: Not fit for production: TRUSTDESK_HOSTS.")
        assert said.count("\n") == 1


def test_an_unknown_mode_is_refused(fit, monkeypatch):
    monkeypatch.setenv("TRUSTDESK_MODE", "prod")
    with pytest.raises(CannotStart, match="`desk` or `production`"):
        production.refuse_unfit()


def test_a_misspelt_setting_is_found(fit, monkeypatch, capsys):
    monkeypatch.setenv("TRUSTDESK_MAIL_FORM", "x@example.com")
    assert main(["check"]) == 1
    assert "TRUSTDESK_MAIL_FORM is no setting" in capsys.readouterr().out
