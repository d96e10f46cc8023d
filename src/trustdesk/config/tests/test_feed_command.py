"""`trustdesk feed`, as somebody with a file and a terminal meets it."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from trustdesk.config import desk
from trustdesk.config.cli import feed as command
from trustdesk.config.cli import main
from trustdesk.content.models import Item, ItemVersion
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.actions import import_pack
from trustdesk.screening import feeding
from trustdesk.screening.lines import opened

PHONE = "Hardly used. Call me on +62 812 0000 1234 any time."


@pytest.fixture
def here(db, now, monkeypatch):
    """A desk with the pack; commands reach this test's database."""
    monkeypatch.setattr(desk, "connect", lambda **_: None)
    import_pack(actor=SYSTEM, path=settings.PACK, now=now)


def ad(external_id, body="Hardly used, pick up in Bandung.", **more):
    fields = {"title": f"Folding bicycle {external_id}", "body": body}
    account = {"external_id": f"by-{external_id}", "created_at": (datetime.now(UTC) - timedelta(days=4)).isoformat()}
    return {"external_id": external_id, "kind": "ad", "market": "ID", "fields": fields, "account": account, **more}


def write(path, lines):
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return path


def test_a_file_with_hostile_lines_is_taken_and_none_is_lost(here, tmp_path, capsys):
    lines = [
        ad("f-1"),
        ad("f-2", PHONE),
        b'{"external_id": "f-3"',
        ad("f-4", "nul \0 and lone \ud800"),
        ad("f\0-5"),
        ad("f-6", colour="blue"),
        ad("f-7", "x" * 150_000),
        b'"just text"',
        b'{"body": "' + b"x" * 10_000_000 + b'"}',
        ad("f-1", "The same bicycle, new tyres."),
        {"kind": "ad", "external_id": "f-8", "market": "ID", "fields": {"title": "An ad of nobody"}},
    ]
    file, errors = write(tmp_path / "items.jsonl", lines), tmp_path / "errors.jsonl"
    assert main(["feed", str(file), "--json", "--errors", str(errors)]) == 1
    out = capsys.readouterr()
    told = json.loads(out.out)
    assert (told["read"], told["taken"], told["bad"], told["repaired"]) == (11, 5, 6, 1)
    assert sum(told["outcomes"].values()) == sum(told["statuses"].values()) == told["taken"]
    assert told["outcomes"]["reject"] == 1
    assert told["rules"][0]["items"] >= 1
    assert sum(error["lines"] for error in told["errors"]) == told["bad"]
    kept = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [error["line"] for error in kept] == [3, 5, 6, 7, 8, 9]
    assert "line 6: colour: There is no such field." in out.err
    assert set(Item.objects.values_list("external_id", "version")) == {("f-1", 2), ("f-2", 1), ("f-4", 1), ("f-8", 1)}
    assert "nul \ufffd and lone \ufffd" in ItemVersion.objects.values_list("body", flat=True)


def test_columns_of_other_peoples_files_are_mapped(here, tmp_path, capsys):
    file = tmp_path / "comments.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "text", "label", "author", "salary"])
        rows.writerow(["c:1", "Bagus sekali", "ok", "amara", ""])
        rows.writerow(["c:2", "Two\nlines, with a comma", "ok", "budi", ""])
        rows.writerow(["c:2", "An edit of the second", "ok", "budi", ""])
        rows.writerow(["c:3", "", "ok", "budi", ""])
    maps = ["--map", "body=text", "--map", "external_id=id", "--kind", "comment", "--market", "ID"]
    assert main(["feed", str(file), *maps, "--account-field", "author"]) == 1
    out = capsys.readouterr()
    assert "4 items read, 3 taken, 1 bad" in out.out
    assert "approve" in out.out
    assert "Not used: the columns label, salary." in out.err
    assert "line 6: fields: Give a title, a body or media" in out.err
    assert Item.objects.get(external_id="c:2").version == 2
    assert main(["feed", str(file), *maps, "--limit", "2", "--after", "1"]) == 0


def test_numbers_of_a_csv_are_numbers_where_the_pack_declares_them(here, tmp_path):
    file = tmp_path / "jobs.csv"
    file.write_text(
        "external_id,title,ad_type,pay,market\nj-1,Cook wanted,job,4500000,ID\nj-2,Cook wanted too,job,lots,ID\n"
    )
    assert (
        main(["feed", str(file), "--kind", "ad", "--map", "fields.ad_type=ad_type", "--map", "fields.salary=pay"]) == 1
    )
    [version] = ItemVersion.objects.all()
    assert version.fields == {"ad_type": "job", "salary": 4_500_000}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "is not there"),
        (["{file}", "--source", "nobody"], "There is no source nobody. There are: pasar."),
        (["{file}", "--map", "boddy=text"], "write TARGET=COLUMN"),
    ],
)
def test_what_cannot_be_begun_is_said_in_one_line(here, tmp_path, capsys, arguments, says):
    file = write(tmp_path / "items.jsonl", [ad("s-1")])
    assert main(["feed", *(word.format(file=file) for word in arguments)]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
    assert not Item.objects.exists()


def test_stopping_between_batches_says_where_it_is(here, tmp_path, now):
    file = write(tmp_path / "items.jsonl", [ad(f"p-{n}") for n in range(7)])
    seen = []

    def feed(after, stop):
        with opened(file) as lines:
            return feeding.feed(
                actor=SYSTEM,
                source=None,
                lines=lines,
                form=feeding.Shape(),
                clock=lambda: now,
                batch=2,
                after=after,
                told=lambda tally: seen.append(tally.read),
                stop=stop,
            )

    first = feed(0, lambda: len(seen) == 2)
    assert (first.stopped, first.read, first.last_line) == (True, 4, 4)
    rest = feed(first.last_line, lambda: False)
    assert (rest.stopped, rest.read, rest.taken) == (False, 3, 3)
    assert Item.objects.filter(version=1).count() == 7


def test_control_c_asks_first_and_then_insists():
    import signal

    before = signal.getsignal(signal.SIGINT)
    with command._ctrl_c() as stopping:
        signal.raise_signal(signal.SIGINT)
        assert stopping
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_hostile_reason_does_not_command_the_terminal():
    assert command.clean("no field \x1b[2J\x07named\r") == "no field \ufffd[2J\ufffdnamed\ufffd"
