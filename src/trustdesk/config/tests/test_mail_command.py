"""`trustdesk mail show`: for any file an answer, for none a clear word."""

import io
import json
import subprocess
import sys

from trustdesk.config.cli import main


def test_a_file_and_standard_input_are_told_alike(tmp_path, capfdbinary, monkeypatch):
    raw = b"From: Budi <budi@example.com>\nSubject: caf\xe9\n\nIt is mine.\n"
    path = tmp_path / "a.eml"
    path.write_bytes(raw)
    assert main(["mail", "show", str(path)]) == 0
    said = json.loads(capfdbinary.readouterr().out)
    assert said["from"] == {"name": "Budi", "address": "budi@example.com"}
    assert (said["subject"], said["text"], said["thread"], said["bounce"]) == ("café", "It is mine.", None, None)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert main(["mail", "show", "-"]) == 0
    assert json.loads(capfdbinary.readouterr().out) == said


def test_what_is_no_file_is_said(tmp_path, capsys):
    for path in (tmp_path / "none.eml", tmp_path):
        assert main(["mail", "show", str(path)]) == 2
        told = capsys.readouterr()
        assert str(path) in told.err
        assert told.out == ""
    assert main(["mail", "show", "a\0b"]) == 2


def test_it_needs_no_unicode_terminal(tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes("Subject: 山\n\n".encode())
    ran = subprocess.run(
        [sys.executable, "-m", "trustdesk", "mail", "show", str(path)],
        capture_output=True,
        check=True,
        env={
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "TRUSTDESK_HOME": str(tmp_path),
            "TRUSTDESK_MAIL_DOMAIN": "desk.example",
        },
    )
    assert json.loads(ran.stdout)["subject"] == "山"
