"""`trustdesk policy replay`: give a stored verdict again and show why, part by part."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from trustdesk.engine import Part, RuleTrace
    from trustdesk.screening.queries import Replayed

_MARKS = {"true": "yes", "false": "no", "missing": "missing", "unknown": "unknown"}


def add(verbs: Any) -> None:
    replay = verbs.add_parser(
        "replay",
        help="give a stored verdict again and show why",
        description="Judge an item again by the ruleset and on the inputs of its stored verdict, and show each rule "
        "with the value of each part. Exit codes: 0 the same to the letter, 1 something differs (it is told), "
        "2 not understood.",
    )
    replay.add_argument("item", metavar="ITEM", help="an item's id, or the platform's own id of it")
    replay.add_argument("--version", type=int, metavar="N", help="which version of the item (default: the newest)")
    replay.add_argument("--all", action="store_true", help="show the rules that say no with all their parts, too")
    replay.add_argument("--json", action="store_true", help="print everything as JSON")
    replay.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.screening import queries as screening

    item = _item(args.item)
    if item is None:
        return 2
    told = screening.replay(screening.verdict_of(item, args.version))
    if args.json:
        print(json.dumps(as_json(told), ensure_ascii=False))
    else:
        for line in lines(told, everything=args.all):
            print(line)
    return 0 if told.equal and told.agrees else 1


def _item(given: str) -> UUID | None:
    from trustdesk.content import queries as content

    try:
        return UUID(given)
    except ValueError:
        found = content.items_by_external(None, given)
    if len(found) == 1:
        return found[0].id
    if not found:
        print(f"trustdesk: there is no item {given}.", file=sys.stderr)
    else:
        ids = ", ".join(f"{one.id} ({one.kind})" for one in found)
        print(f"trustdesk: several items are called {given}: {ids}.", file=sys.stderr)
    return None


def as_json(told: "Replayed") -> dict[str, Any]:
    return {
        "item": str(told.item),
        "version": told.version,
        "verdict": str(told.verdict),
        "state": told.state,
        "made_at": told.made_at.isoformat(),
        "ruleset": {"number": told.ruleset, "hash": told.ruleset_hash},
        "plan": told.plan,
        "outcome": told.outcome,
        "hits": list(told.hits),
        "undecided": list(told.undecided),
        "inputs": told.inputs,
        "trace": [rule.to_json() for rule in told.trace.rules],
        "equal": told.equal,
        "trace_agrees": told.agrees,
        "differences": [{"what": each.what, "stored": each.stored, "again": each.again} for each in told.differences],
    }


def lines(told: "Replayed", *, everything: bool = False) -> Iterator[str]:
    title = f" “{told.title}”" if told.title else ""
    yield f"{told.kind} {told.external_id}{title}, version {told.version}, {told.market} {told.language}"
    yield f"Ruleset {told.ruleset} ({told.ruleset_hash[:12]}), plan {told.plan[:12]}, judged at {told.made_at:%Y-%m-%d %H:%M:%S} UTC"
    rules = told.trace.in_scope
    yield f"{len(rules)} of {len(told.trace.rules)} rules are in scope."
    evidence = {(hit["policy"], hit["rule"]): hit["evidence"] for hit in told.hits}
    for rule in rules:
        shown = everything or rule.state in {"true", "unknown"}
        if shown:
            yield ""
            yield f"{rule.policy} / {rule.rule} (version {rule.version}), then {rule.then}: {_said(rule)}"
            if rule.condition:
                yield from _parts(rule.condition, 1)
            for span in evidence.get((rule.policy, rule.rule), ()):
                yield f"  evidence: {span['field']} {span['start']}–{span['end']} “{span['text']}”"
    quiet = [rule for rule in rules if rule.state in {"false", "missing"}]
    if quiet and not everything:
        yield ""
        yield f"{len(quiet)} rules in scope say no (--all shows them)."
    yield ""
    for rest in told.undecided:
        yield f"Undecided: {rest['policy']} / {rest['rule']} for want of {rest['signal']}; then {rest['if_unknown']}."
    yield f"Outcome: {told.outcome or 'none yet, it waits for a signal'}"
    if told.equal:
        yield "The same as stored, to the letter."
    for each in told.differences:
        yield f"DIFFERS in {each.what}: stored {_short(each.stored)}, now {_short(each.again)}"
    if not told.agrees:
        yield "The trace and the plan do not agree: this is an error of TrustDesk; please report it."


def _said(rule: "RuleTrace") -> str:
    return {"true": "HIT", "unknown": "UNDECIDED"}.get(rule.state, _MARKS.get(rule.state, rule.state))


def _parts(part: "Part", depth: int) -> Iterator[str]:
    said = _MARKS.get(part.state) or json.dumps(part.value, ensure_ascii=False, default=str)
    yield f"{'  ' * depth}{part.text}  →  {said}"
    for below in part.parts:
        yield from _parts(below, depth + 1)


def _short(value: Any) -> str:
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return told if len(told) <= 300 else told[:299] + "…"
