"""`trustdesk policy`: check, test, format, publish, pull, diff and explain policies, in a folder or on the desk."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustdesk.config.cli import policy_backtest, policy_format, policy_replay, policy_rules

if TYPE_CHECKING:
    from trustdesk.engine import Measured, Problem
    from trustdesk.policy.examples import Result
    from trustdesk.policy.rulesets import Content

_LIVE = "live"


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "policy",
        help="policies: check, test, format, publish, pull, diff, explain, replay, backtest, rules",
        description="Look after policies. A pack is a folder: docs/policies.md. Exit codes: 0 well, 1 something is wrong.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = verbs.add_parser("check", help="names, types, lists: everything wrong with its place (needs no database)")
    check.add_argument("path", type=Path, metavar="PATH", help="a pack's folder, or one policy of it")
    test = verbs.add_parser("test", help="run every example against the whole pack (needs no database)")
    test.add_argument("path", type=Path, metavar="PATH", help="a pack's folder, or one policy of it")
    test.add_argument("--all", action="store_true", help="show examples that pass, too")
    publish = verbs.add_parser(
        "publish",
        help="take a folder's changes over to the desk",
        description="Take a folder's changes over as checked versions. Without --approver they wait on the desk for a "
        "second person; with one, everything goes live at once, pack.yaml and labels.json too. A desk without "
        "policies takes the whole pack as its first.",
    )
    publish.add_argument("path", type=Path, metavar="PATH")
    publish.add_argument("--author", metavar="EMAIL", help="who wrote the changes")
    publish.add_argument("--approver", metavar="EMAIL", help="who else approved them")
    pull = verbs.add_parser("pull", help="write what is live into a folder")
    pull.add_argument("path", type=Path, metavar="PATH")
    diff = verbs.add_parser("diff", help="what changes from A to B, in words and line by line")
    diff.add_argument("old", metavar="A", help="a pack's folder, or `live`")
    diff.add_argument("new", metavar="B", help="a pack's folder, or `live`")
    diff.add_argument("--words", action="store_true", help="leave the lines out")
    explain = verbs.add_parser("explain", help="how the machine reads a policy")
    explain.add_argument("code", metavar="CODE", help="the code of a policy, or `all`")
    explain.add_argument("--folder", type=Path, help="a pack's folder (default: what is live)")
    policy_format.add(verbs)
    policy_replay.add(verbs)
    policy_rules.add(verbs)
    policy_backtest.add(verbs)
    for verb, run in (
        (check, _check),
        (test, _test),
        (publish, _publish),
        (pull, _pull),
        (diff, _diff),
        (explain, _explain),
    ):
        verb.set_defaults(run=run)


def _check(args: argparse.Namespace) -> int:
    _know_signals()
    from trustdesk.policy.folders import read_folder

    root, only = _pack_of(args.path)
    if root is None:
        return 1
    folder = read_folder(root)
    found = [problem for problem in folder.problems if only is None or problem.file in {only, ""}]
    _tell(found)
    errors = [problem for problem in found if problem.severity == "error"]
    if folder.content is None or errors:
        print(f"{_count(len(errors), 'error')} in {root}.", file=sys.stderr)
        return 1
    content = folder.content
    rules = sum(len(entry.document.rules) for entry in content.policies)
    warned = len(found) - len(errors)
    print(
        f"{_count(len(content.policies), 'policy', 'policies')}, {_count(rules, 'rule')}, "
        f"{_count(len(content.lists), 'list')}: no errors, {_count(warned, 'warning')}."
    )
    return 0


def _test(args: argparse.Namespace) -> int:
    _know_signals()
    from trustdesk.policy.examples import run_examples
    from trustdesk.policy.folders import read_folder

    root, only = _pack_of(args.path)
    if root is None:
        return 1
    folder = read_folder(root)
    if folder.errors:
        _tell(folder.errors)
        print(f"{_count(len(folder.errors), 'error')}: nothing was tested.", file=sys.stderr)
        return 1
    results = run_examples(folder.compiled())
    if only is not None:
        results = [result for result in results if f"policies/{result.policy}.md" == only]
    failed = [result for result in results if not result.passed]
    for result in results if args.all else failed:
        print(_row(result))
    print(f"{_count(len(results), 'example')}, {len(failed)} failed.", file=sys.stderr if failed else sys.stdout)
    return 1 if failed else 0


def _publish(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    root, _ = _pack_of(args.path)
    if root is None:
        return 1
    desk.connect()
    from trustdesk.kernel.base import timesource
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.policy import actions
    from trustdesk.policy.refusals import DoesNotPass

    now = timesource.now()
    try:
        first = actions.import_pack(actor=SYSTEM, path=root, now=now)
        if first is not None:
            print(f"The whole pack is live as ruleset {first.number}.")
            return 0
        if not args.author:
            print("trustdesk: this desk has policies; name the --author of the changes.", file=sys.stderr)
            return 2
        author = _person(args.author)
        approver = _person(args.approver) if args.approver else None
        taken = actions.take_folder(actor=author, path=root, now=now, approver=approver)
    except DoesNotPass as refusal:
        _tell(refusal.problems)
        for failed in refusal.failed:
            print(_row(failed), file=sys.stderr)
        print(f"trustdesk: {refusal.message} Nothing was taken over.", file=sys.stderr)
        return 1
    for what, names in (("policies", taken.policies), ("lists", taken.lists)):
        if names:
            print(f"{what}: {', '.join(names)}")
    if taken.published:
        print(f"Live as ruleset {taken.published.number}.")
    else:
        print("Checked; a second person approves on the desk, under Policies.")
    return 0


def _pull(args: argparse.Namespace) -> int:
    from trustdesk.policy.folders import write_folder

    content = _content(_LIVE)
    if content is None:
        return 1
    files = write_folder(args.path, content)
    print(f"{_count(len(files), 'file')} written to {args.path}.")
    return 0


def _diff(args: argparse.Namespace) -> int:
    from trustdesk.policy.diffs import between_contents

    old, new = _content(args.old), _content(args.new)
    if old is None or new is None:
        return 2
    differences = between_contents(old, new)
    for each in differences:
        print(f"{each.kind} {each.name}: {each.change}")
        for words in each.words:
            print(f"  {words}")
        if not args.words:
            print(each.unified())
        print()
    print(f"{_count(len(differences), 'difference')}.")
    # As `diff` does: 1 when there is a difference.
    return 1 if differences else 0


def _explain(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from trustdesk.engine import PolicyError
    from trustdesk.engine.problems import nearest
    from trustdesk.policy.rulesets import compile_content

    content = _content(str(args.folder) if args.folder else _LIVE)
    if content is None:
        return 1
    codes = [entry.code for entry in content.policies]
    if args.code != "all":
        if args.code not in codes:
            near = nearest(args.code, codes)
            hint = f" Did you mean {near}?" if near else ""
            print(f"trustdesk: there is no policy {args.code}.{hint}", file=sys.stderr)
            return 1
        content = replace(content, policies=tuple(each for each in content.policies if each.code == args.code))
    try:
        print(compile_content(content, measured=_measured() if not args.folder else None).plan.explain())
    except PolicyError as error:
        _tell(error.problems)
        return 1
    return 0


def _measured() -> "Measured":
    """What the desk measured of the parts of conditions."""
    from trustdesk.policy import queries

    return queries.measured()


def _content(name: str) -> "Content | None":
    """What is live, or what a folder says; tells what is wrong and returns None when it cannot be read."""
    if name == _LIVE:
        from trustdesk.config import desk

        desk.connect()
        from trustdesk.policy import queries

        return queries.live_content()
    _know_signals()
    from trustdesk.policy.folders import read_folder

    root, _ = _pack_of(Path(name))
    if root is None:
        return None
    folder = read_folder(root)
    if folder.content is None:
        _tell(folder.problems)
    return folder.content


def _know_signals() -> None:
    """Start the apps, which declare model signals; no database is asked."""
    import django

    django.setup()


def _pack_of(path: Path) -> tuple[Path | None, str | None]:
    """The pack's folder, and the one file in it that was meant."""
    if path.is_dir() and (path / "pack.yaml").exists():
        return path, None
    if path.is_file() and (path.resolve().parent.parent / "pack.yaml").exists():
        return path.resolve().parent.parent, f"{path.resolve().parent.name}/{path.name}"
    why = "is not there" if not path.exists() else "is not a pack: pack.yaml is missing"
    print(f"trustdesk: {path} {why}.", file=sys.stderr)
    return None, None


def _person(email: str) -> Any:
    from trustdesk.kernel.base.refusal import NotFound
    from trustdesk.kernel.people import queries as people

    found = next((one for one in people.staff_list() if one.email == email.strip().lower() and one.active), None)
    actor = people.actor_by_id(found.id) if found else None
    if actor is None:
        raise NotFound(f"Nobody with the address {email} signs in here.")
    return actor


def _tell(problems: "tuple[Problem, ...] | list[Problem]") -> None:
    for problem in problems:
        print(problem, file=sys.stderr)


def _row(result: "Result") -> str:
    mark = "pass" if result.passed else "FAIL"
    words = result.example.words
    short = words if len(words) <= 70 else words[:69] + "…"
    told = f"{mark}  {result.policy} {result.position}: “{short}”"
    return told if result.passed else f"{told}\n      {result.why}"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
