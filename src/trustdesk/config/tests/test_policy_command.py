"""`trustdesk policy`, as a policy team in a terminal meets it."""

import pytest

from trustdesk.config import desk
from trustdesk.config.cli import main
from trustdesk.policy import queries
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.tests import makers
from trustdesk.policy.tests.makers import CONTACT


@pytest.fixture
def folder(tmp_path):
    return makers.make_folder(tmp_path / "pack")


@pytest.fixture
def here(db, monkeypatch):
    """Commands reach this test's database."""
    monkeypatch.setattr(desk, "connect", lambda **_: None)


def _write(folder, text):
    (folder / "policies" / "contact.md").write_text(text)


class TestWithoutADesk:
    def test_a_good_pack_passes(self, folder, capsys):
        assert main(["policy", "check", str(folder)]) == 0
        assert "2 policies, 2 rules, 2 lists: no errors, 1 warning." in capsys.readouterr().out
        assert main(["policy", "test", str(folder)]) == 0
        assert capsys.readouterr().out == "4 examples, 0 failed.\n"

    def test_an_error_has_its_place_its_line_and_a_caret(self, folder, capsys):
        _write(folder, CONTACT.replace("account.age", "acount.age"))
        assert main(["policy", "check", str(folder)]) == 1
        told = capsys.readouterr().err.splitlines()
        assert told[0] == (
            "policies/contact.md:14:29: rule phone-number: no field named acount.age; did you mean account.age?"
        )
        assert told[1].index("acount.age") == told[2].index("^")
        assert main(["policy", "test", str(folder)]) == 1

    def test_one_file_of_a_pack(self, folder, capsys):
        _write(folder, CONTACT.replace("strikes: 1", "stirkes: 1"))
        assert main(["policy", "check", str(folder / "policies" / "weapons.md")]) == 0
        assert main(["policy", "check", str(folder / "policies" / "contact.md")]) == 1
        assert "did you mean strikes?" in capsys.readouterr().err

    def test_a_failing_example_is_shown(self, folder, capsys):
        _write(folder, CONTACT.replace("expect: approve", "expect: hold"))
        assert main(["policy", "test", str(folder)]) == 1
        told = capsys.readouterr()
        assert "FAIL  contact 2: “Pick-up only, write to me here”\n      expected hold, got approve" in told.out
        assert "4 examples, 1 failed." in told.err

    def test_diff_in_words_and_lines(self, folder, tmp_path, capsys):
        other = makers.make_folder(tmp_path / "b", policies={"contact.md": CONTACT.replace("days(30)", "days(7)")})
        assert main(["policy", "diff", str(folder), str(other)]) == 1
        told = capsys.readouterr().out
        assert "rule phone-number: condition changed" in told
        assert "-      phones(item.text) and account.age < days(30)" in told
        assert main(["policy", "diff", str(folder), str(folder)]) == 0

    def test_explain_and_its_suggestion(self, folder, capsys):
        assert main(["policy", "explain", "contact", "--folder", str(folder)]) == 0
        assert "contact / phone-number" in capsys.readouterr().out
        assert main(["policy", "explain", "contcat", "--folder", str(folder)]) == 1
        assert "Did you mean contact?" in capsys.readouterr().err

    def test_no_pack_there(self, tmp_path, capsys):
        assert main(["policy", "check", str(tmp_path)]) == 1
        assert "pack.yaml is missing" in capsys.readouterr().err
        assert main(["policy", "check", str(tmp_path / "nothing")]) == 1


class TestWithADesk:
    def test_from_folder_to_desk_and_back(self, here, folder, tmp_path, now, capsys):
        assert main(["policy", "publish", str(folder)]) == 0
        assert "ruleset 1" in capsys.readouterr().out
        makers.make_person("Dewi", "policy_owner", now=now)
        makers.make_person("Jonas", "lead", now=now)
        _write(folder, CONTACT.replace("days(30)", "days(7)"))
        assert main(["policy", "publish", str(folder)]) == 2, "the author must be named"
        dewi = ["--author", "dewi@desk.example"]
        assert main(["policy", "publish", str(folder), *dewi, "--approver", "dewi@desk.example"]) == 1
        assert main(["policy", "publish", str(folder), *dewi]) == 0
        assert PolicyVersion.objects.get(policy__code="contact", number=2).state == "checked"
        assert main(["policy", "publish", str(folder), *dewi, "--approver", "jonas@desk.example"]) == 0
        assert queries.live_plan().number == 2
        assert main(["policy", "pull", str(tmp_path / "pulled")]) == 0
        assert main(["policy", "diff", str(tmp_path / "pulled"), "live"]) == 0
        assert main(["policy", "explain", "contact"]) == 0

    def test_nothing_is_taken_over_when_something_is_wrong(self, here, folder, now, capsys):
        main(["policy", "publish", str(folder)])
        makers.make_person("Dewi", "policy_owner", now=now)
        _write(folder, CONTACT.replace("expect: approve", "expect: hold"))
        assert main(["policy", "publish", str(folder), "--author", "dewi@desk.example"]) == 1
        assert "Nothing was taken over." in capsys.readouterr().err
        assert PolicyVersion.objects.filter(number=2).count() == 0
        assert main(["policy", "publish", str(folder), "--author", "nobody@desk.example"]) == 1


class TestBacktest:
    @pytest.fixture
    def past(self, here, folder, now, moment_of_commands, capsys):
        from trustdesk.rehearsal import running
        from trustdesk.rehearsal.tests import makers as past_makers

        main(["policy", "publish", str(folder)])
        past_makers.past(now)
        capsys.readouterr()
        run = running.run
        # No processes in a test's transaction: they could not see it.
        moment_of_commands.setattr(running, "run", lambda made, *, processes, tell: run(made, processes=0))

    @pytest.fixture
    def moment_of_commands(self, monkeypatch, now):
        from trustdesk.kernel.base.timesource import source

        with source.fixed(now):
            yield monkeypatch

    def test_a_version_by_its_name(self, past, now, capsys):
        from trustdesk.rehearsal.tests import makers as past_makers

        dewi = makers.make_person("Dewi", "policy_owner", now=now)
        past_makers.draft(dewi, now, ("days(30)", "days(1)"))
        assert main(["policy", "backtest", "contact@2", "--since", "7d"]) == 0
        told = capsys.readouterr().out
        assert "contact@2 beside ruleset 1" in told
        assert "10 would get another outcome." in told
        assert "  reject → approve: 10\n" in told
        assert "contact/phone-number" in told
        assert "No person decided any of these versions." in told

    def test_a_folder_as_json(self, past, folder, capsys):
        import json

        _write(folder, CONTACT.replace("days(30)", "days(1)"))
        assert main(["policy", "backtest", "--folder", str(folder), "--since", "1w", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["matrix"] == {"reject>approve": 10, "approve>approve": 40, "review>review": 10}
        assert told["people"]["version"]["precision"]["share"] is None

    def test_what_it_does_not_understand(self, past, folder, capsys):
        assert main(["policy", "backtest"]) == 2
        assert main(["policy", "backtest", "contact", "--folder", str(folder)]) == 2
        assert main(["policy", "backtest", "contact", "--processes", "0"]) == 2
        assert main(["policy", "backtest", "contact", "--since", "soon"]) == 1
        assert "Say how far back" in capsys.readouterr().err
        assert main(["policy", "backtest", "contcat"]) == 1
        assert main(["policy", "backtest", "contact@99999999999"]) == 1
        assert main(["policy", "backtest", "contact", "--since", "1h"]) == 1
        assert "No stored verdict lies in this time." in capsys.readouterr().err
        _write(folder, CONTACT.replace("account.age", "acount.age"))
        assert main(["policy", "backtest", "--folder", str(folder)]) == 1
        assert "did you mean account.age?" in capsys.readouterr().err

    def test_ctrl_c_cancels(self, past, monkeypatch, capsys):
        from trustdesk.rehearsal import running
        from trustdesk.rehearsal.models import Rehearsal

        def interrupted(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(running, "run", interrupted)
        assert main(["policy", "backtest", "contact", "--since", "7d"]) == 130
        assert Rehearsal.objects.get().state == "cancelled"
