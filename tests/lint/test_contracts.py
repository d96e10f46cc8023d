"""The house's law holds, and each of its contracts catches what it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint import house

TOP = Path(__file__).resolve().parents[2]

# One violation of each contract of .importlinter: the file it is planted in, the line, the contract that must break.
PLANTED = {
    "kernel/base/planted.py": ("import trustdesk.policy", "Storeys"),
    "webhooks/planted.py": ("import trustdesk.content", "Storeys"),  # neighbours on one line
    "kernel/ledger/planted.py": ("import trustdesk.kernel.work", "Inside the kernel"),
    "engine/planted.py": ("import django.db", "The engine is pure"),
    "post/rules.py": ("import django.utils.timezone", "Rules are pure"),
    "signals/text/features.py": ("import django.db", "What models say"),
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> str:
    """What import-linter says about a copy of the house with every violation planted in it."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(TOP / "src/trustdesk", copy / "trustdesk", ignore=_not_code)
    shutil.copy(TOP / ".importlinter", copy)
    (copy / "trustdesk/content").mkdir(exist_ok=True)
    (copy / "trustdesk/content/__init__.py").touch()
    (copy / "trustdesk/nowhere").mkdir()
    (copy / "trustdesk/nowhere/__init__.py").touch()
    for path, (line, _) in PLANTED.items():
        with (copy / "trustdesk" / path).open("a") as file:
            file.write(f"\n{line}\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def _not_code(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not (Path(folder) / name).is_dir() and not name.endswith(".py")} | {"__pycache__"}


@pytest.mark.parametrize(("path", "line", "contract"), [(p, *v) for p, v in PLANTED.items()])
def test_a_planted_import_breaks_its_contract(planted, path, line, contract):
    told = planted[planted.index("Broken contracts") :]
    section = told[told.index(f"{contract}") :]
    module = "trustdesk." + path.removesuffix(".py").replace("/", ".")
    assert f"{module} -> {line.removeprefix('import ').split('.utils')[0].removesuffix('.db')}" in section, told


def test_a_slice_without_a_storey_is_caught(planted):
    assert "nowhere" in planted


def plant(root: Path, path: str, line: str) -> Path:
    file = root / "trustdesk" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(line + "\n")
    return root


def test_the_house_keeps_its_doors():
    assert house.doors(TOP / "src") == []


def test_the_house_keeps_its_rooms():
    assert house.rooms(TOP / "src") == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("review/actions.py", "from trustdesk.policy.models import Version"),
        ("review/actions.py", "import trustdesk.policy.compiling"),
        ("review/pages.py", "from trustdesk.decisions import rules"),
        ("review/pages.py", "from ..decisions import rules"),
        ("review/actions.py", "from trustdesk.kernel.work.claiming import claim_next"),
    ],
)
def test_reaching_past_a_door_is_caught(tmp_path, path, line):
    assert len(house.doors(plant(tmp_path, path, line))) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("review/actions.py", "from trustdesk.policy.queries import clauses"),
        ("review/actions.py", "from trustdesk.policy import queries as policies"),
        ("review/reactors.py", "from trustdesk.appeals.facts import AppealOpened"),
        ("review/models.py", "from trustdesk.kernel.work.models import WorkItem"),
        ("review/models.py", "from .rules import due"),
        ("config/urls.py", "from trustdesk.review import pages"),
        ("policy/queries.py", "from trustdesk.engine.compiling import compile_ruleset"),
        ("review/tests/test_x.py", "from trustdesk.policy.models import Version"),
    ],
)
def test_walking_through_a_door_is_not(tmp_path, path, line):
    assert house.doors(plant(tmp_path, path, line)) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("review/rules.py", "from trustdesk.review.models import Review"),
        ("review/models.py", "from trustdesk.review import queries"),
        ("review/queries.py", "from trustdesk.review.actions import decide"),
        ("review/actions.py", "from trustdesk.review.pages import show"),
        ("review/pages.py", "from trustdesk.review.models import Review"),
        ("review/api.py", "from trustdesk.kernel.work.models import WorkItem"),
    ],
)
def test_a_room_that_knows_one_further_out_is_caught(tmp_path, path, line):
    assert len(house.rooms(plant(tmp_path, path, line))) == 1
