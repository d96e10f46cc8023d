"""`trustdesk learn`: thresholds from labelled data, models from the desk's own decisions."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustdesk.kernel.people.actor import Actor
    from trustdesk.learning.queries import ModelView, StudyView

VERBS = ("thresholds", "list", "shadow", "release", "withdraw", "rollback")
USUAL_BACK = timedelta(days=180)


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "learn",
        help="thresholds from labelled data, models from what people decided",
        description="LABEL: learn a model for it from what people of this desk decided, compare it with the live one on "
        "decisions that were held out, and propose it if it is at least as good. "
        "thresholds FILE.csv: what the live model's score can promise on labelled texts (columns text and label, and "
        "language, market, group, weight if there are any). list: all labels and what answers for them. "
        "shadow, release, withdraw LABEL@NUMBER; rollback LABEL.",
        epilog="Exit codes: 0 done, 1 refused, failed or not carried by the data, 2 not understood.",
    )
    parser.add_argument("what", metavar="LABEL", help=f"a label, or one of: {', '.join(VERBS)}")
    parser.add_argument("which", nargs="?", metavar="FILE|LABEL@NUMBER|LABEL", help="what the verb is about")
    parser.add_argument("--from", dest="since", type=_day, metavar="DATE", help="decisions since (default: 180 days)")
    parser.add_argument("--label", help="thresholds: whose score (default: the file's name)")
    parser.add_argument("--desk", action="store_true", help="thresholds: on what people decided, instead of a file")
    parser.add_argument("--precision", type=float, nargs="+", metavar="P", help="thresholds: default .8 .9 .95 .98 .99")
    parser.add_argument("--recall", type=float, nargs="+", metavar="R", help="thresholds: default .5 .8 .9 .95")
    parser.add_argument("--confidence", type=float, default=0.95, help="thresholds: default .95")
    parser.add_argument("--text-column", default="", metavar="NAME")
    parser.add_argument("--label-column", default="", metavar="NAME")
    parser.add_argument("--language-column", default="", metavar="NAME")
    parser.add_argument("--market-column", default="", metavar="NAME")
    parser.add_argument("--positive", default="", metavar="CLASS", help="thresholds: the class that means the label")
    parser.add_argument("--dry-run", action="store_true", help="thresholds: measure, put nothing in force")
    parser.add_argument("--counts", nargs="+", default=[], metavar="LABEL", help="decided labels that mean LABEL")
    parser.add_argument("--by", metavar="EMAIL", help="who does it (release and rollback need one)")
    parser.add_argument("--why", default="", help="withdraw, rollback: the reason")
    parser.add_argument("--json", action="store_true", help="print what came of it as JSON")
    parser.set_defaults(run=run)


def _day(word: str) -> datetime:
    try:
        return datetime.strptime(word, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError("a date such as 2026-03-01") from None


def run(args: argparse.Namespace) -> int:
    if args.what == "thresholds" and not args.desk and not args.which:
        return _not_understood("name a FILE.csv, or --desk and a --label.")
    if args.what in VERBS[2:] and not args.which:
        return _not_understood(f"say what to {args.what}.")
    if args.what in {"release", "rollback"} and not args.by:
        return _not_understood(f"{args.what} is a person's: name them by --by EMAIL.")
    from trustdesk.config import desk

    desk.connect()
    verbs: dict[str, Callable[[argparse.Namespace, Actor], int]] = {
        "thresholds": _thresholds,
        "list": _list,
        "shadow": _version,
        "release": _version,
        "withdraw": _version,
        "rollback": _roll_back,
    }
    return verbs.get(args.what, _learn)(args, _actor(args.by))


def _thresholds(args: argparse.Namespace, actor: "Actor") -> int:
    from trustdesk.kernel.base.timesource import now
    from trustdesk.learning import actions, queries, running
    from trustdesk.learning.reading import Columns
    from trustdesk.learning.rules import PRECISIONS, RECALLS

    if args.desk and not (args.label or args.which):
        return _not_understood("name a --label.")
    label = args.label or (args.which if args.desk else Path(args.which).stem)
    at, file = now(), None
    if not args.desk:
        try:
            raw = Path(args.which).read_bytes()
        except OSError as error:
            print(f"trustdesk: {args.which} cannot be read: {error.strerror}.", file=sys.stderr)
            return 1
        names = {what: getattr(args, f"{what}_column") for what in ("text", "label", "language", "market")}
        file = actions.bring_labels(
            actor=actor,
            label=label,
            name=Path(args.which).name,
            raw=raw,
            positive=args.positive,
            columns=Columns(**names),
            now=at,
        )
    chosen = args.precision is not None or args.recall is not None
    study = actions.ask_measurement(
        actor=actor,
        label=label,
        file_id=file,
        since=(args.since or at - USUAL_BACK) if args.desk else None,
        precisions=args.precision or (() if chosen else PRECISIONS),
        recalls=args.recall or (() if chosen else RECALLS),
        confidence=args.confidence,
        counts=args.counts,
        here=True,
        now=at,
    )
    running.run(study, tell=_tell())
    view = queries.study(study)
    if view.state != "done":
        print(f"trustdesk: {view.error}", file=sys.stderr)
        return 1
    reached = any(each.reached.score is not None for each in view.promises)
    if reached and not args.dry_run:
        actions.use_thresholds(actor=actor, study_id=study, now=now())
    _print(args, _measured_json(view), _measured(view, in_force=reached and not args.dry_run))
    return 0 if reached else 1


def _learn(args: argparse.Namespace, actor: "Actor") -> int:
    from trustdesk.kernel.base.timesource import now
    from trustdesk.learning import actions, queries, running

    at = now()
    since = args.since or at - USUAL_BACK
    study = actions.ask_learning(actor=actor, label=args.what, since=since, counts=args.counts, here=True, now=at)
    running.run(study, tell=_tell())
    view = queries.study(study)
    made = next((one for one in queries.models_of(args.what) if one.study == study), None)
    told = {"state": view.state, "why": view.error, "model": made.version if made else None, "report": view.report}
    _print(args, told, _learnt(view, made))
    return 0 if made else 1


def _version(args: argparse.Namespace, actor: "Actor") -> int:
    from trustdesk.kernel.base.timesource import now
    from trustdesk.learning import actions, queries

    label, _, number = args.which.rpartition("@")
    if not label or not number.removeprefix("desk-").isdigit():
        return _not_understood("name a version as LABEL@NUMBER.")
    found = queries.find_model(label, int(number.removeprefix("desk-")))
    if args.what == "shadow":
        actions.start_shadow(actor=actor, model_id=found.id, now=now())
    elif args.what == "release":
        actions.release(actor=actor, model_id=found.id, now=now())
    else:
        actions.withdraw(actor=actor, model_id=found.id, why=args.why, now=now())
    after = queries.model(found.id)
    _print(
        args,
        {"label": label, "version": after.version, "state": after.state},
        [f"{label} {after.version}: {after.state}"],
    )
    return 0


def _roll_back(args: argparse.Namespace, actor: "Actor") -> int:
    from trustdesk.kernel.base.timesource import now
    from trustdesk.learning import actions

    to = actions.roll_back(actor=actor, label=args.which, why=args.why, now=now())
    _print(args, {"label": args.which, "version": to}, [f"{args.which}: {to or 'no model'} answers again."])
    return 0


def _list(args: argparse.Namespace, _actor: "Actor") -> int:
    from trustdesk.learning import queries

    found = queries.labels()
    told = [
        {"label": one.label, "version": one.version, "own": one.own, "thresholds": one.thresholds, "label_files": one.files, "waiting": [f"{each.version} ({each.state})" for each in one.waiting]}
        for one in found
    ]  # fmt: skip
    lines = [
        f"{one['label']:<32} {one['version'] or 'nothing':<16} {one['thresholds']:>3} thresholds  {', '.join(one['waiting'])}".rstrip()  # type: ignore[arg-type]
        for one in told
    ]
    _print(args, told, lines or ["No model answers yet."])
    return 0


def _measured_json(view: "StudyView") -> dict[str, Any]:
    return {
        "label": view.label,
        "version": view.version,
        "confidence": view.confidence,
        **view.report,
        "thresholds": [each.to_json() for each in view.promises],
    }


def _measured(view: "StudyView", *, in_force: bool) -> Iterator[str]:
    report = view.report
    yield f"{view.label} {view.version} on {report['rows']:,} labelled texts, {report['positives']:,} of which carry it."
    if report.get("drawn"):
        yield f"Weighed by {report['drawn']:,} items drawn at random; people saw what they were sent."
    place = None
    for each in view.promises:
        if (each.market, each.language) != place:
            place = (each.market, each.language)
            yield ""
            yield f"  {' '.join(part for part in place if part) or 'everything'}"
        reached = each.reached
        name = f"    {reached.target} {reached.share:g}"
        if reached.score is not None:
            yield (
                f"{name:<22} score {reached.score:.4f}   seen {reached.value:.1%}, at least {reached.low:.1%},"
                f" on {reached.samples:,}"
            )
        elif each.taken_from is not None:
            yield f"{name:<22} as for {' '.join(part for part in each.taken_from if part) or 'everything'}: {_why(reached)}"
        else:
            yield f"{name:<22} none: {_why(reached)}"
    yield ""
    yield "In force." if in_force else "Nothing was put in force."


def _why(reached: Any) -> str:
    if reached.why == "unreachable":
        return f"this model does not get there; at its best {reached.value:.1%} of {reached.samples:,}"
    if reached.why == "unseen":
        return "nobody has looked at low scores, so what is missed there is not known"
    if reached.why == "contradicted":
        return f"known not to be reached here: {reached.value:.1%} of {reached.samples:,}, at most {reached.high:.1%}"
    return f"too few labels; about {reached.more:,} more" if reached.more else "too few labels"


def _learnt(view: "StudyView", made: "ModelView | None") -> Iterator[str]:
    report = view.report
    if "trained" in report:
        yield (
            f"Learnt from {report['trained']:,} decisions of people ({report['trained_positives']:,} carry {view.label}),"
            f" tested on the {report['held_out']:,} newest; {report['left_out']:,} left out, their accounts are among those."
        )
    if "comparison" in report:
        told = report["comparison"]
        other = "chance" if told["chance"] else "live"
        for name, new, live in (("average precision", "new", "live"), ("ROC area", "new_roc", "live_roc")):
            yield f"  {name:<18} new {_share(told[new])}   {other} {_share(told[live])}"
        yield f"  difference         {_share(told['gain'])}   ({told['verdict']})"
    if made is None:
        yield f"Not proposed: {view.error}"
    else:
        yield f"Proposed as {made.version}. Next: trustdesk learn shadow {made.label}@{made.number}"


def _share(told: dict[str, float]) -> str:
    return f"{told['value']:.3f} ({told['low']:.3f} to {told['high']:.3f})"


def _tell() -> Callable[[int, int], None] | None:
    """How far it is, on a terminal."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\r{done:,} of {total:,} texts scored", end=end, file=sys.stderr, flush=True)

    return tell


def _actor(email: str | None) -> "Actor":
    from trustdesk.config.cli.policy import _person
    from trustdesk.kernel.people.actor import SYSTEM

    found: Actor = _person(email) if email else SYSTEM
    return found


def _print(args: argparse.Namespace, told: Any, lines: Any) -> None:
    if args.json:
        print(json.dumps(told, ensure_ascii=False, default=str))
        return
    for line in lines:
        print(line)


def _not_understood(why: str) -> int:
    print(f"trustdesk: {why} `trustdesk learn --help` explains.", file=sys.stderr)
    return 2
