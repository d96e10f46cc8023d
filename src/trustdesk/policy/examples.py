"""Examples run as tests: each becomes an event, the whole ruleset judges it, the outcome is compared. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trustdesk.engine import Hit, Plan, Verdict
from trustdesk.engine.signals import Request
from trustdesk.policy.documents import Example, PolicyDocument
from trustdesk.policy.packs import Pack
from trustdesk.policy.rulesets import CompiledRuleset, event_of

# Examples are judged at a fixed moment, so that a test that passes today passes tomorrow.
MOMENT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_ROUNDS = 4  # answers may open further questions


@dataclass(frozen=True)
class Result:
    """What became of one example. `why` says in words what differs; `hits` are "policy/rule"."""

    policy: str
    position: int
    example: Example
    outcome: str
    hits: tuple[str, ...]
    why: str

    @property
    def passed(self) -> bool:
        return not self.why


def event_for(example: Example, document: PolicyDocument, pack: Pack) -> dict[str, Any]:
    """The event an example stands for; what it leaves out is as docs/pack.md says."""
    kind = example.kind or ("listing" if "listing" in document.applies_to else document.applies_to[0])
    market = example.market or next((code for code in document.markets if code != "all"), next(iter(pack.markets)))
    title = str(example.fields.get("title", ""))
    body = str(example.fields.get("text") or example.fields.get("body") or "")
    item: dict[str, Any] = {
        "id": "example",
        "kind": kind,
        "title": title or None,
        "body": body,
        "text": f"{title}\n{body}" if title else body,
        "price": example.fields.get("price"),
        "currency": example.fields.get("currency") or pack.markets[market].currency,
        "category": example.fields.get("category"),
        "language": example.language or "en",
        "market": market,
        "urls": [],
        "media": 0,
        **example.item,
    }
    return event_of(pack, item=item, account={"id": "example", **example.account}, now=MOMENT)


def run_examples(ruleset: CompiledRuleset, only: Iterable[str] | None = None) -> list[Result]:
    """Judge the examples of all policies, or of those in `only`, in order."""
    wanted = None if only is None else set(only)
    asked = [
        (entry.document, position, example)
        for entry in ruleset.content.policies
        if wanted is None or entry.code in wanted
        for position, example in enumerate(entry.document.examples, 1)
    ]
    events = [event_for(example, document, ruleset.pack) for document, _, example in asked]
    verdicts = judge(ruleset.plan, events, [example.lookups for _, _, example in asked])
    return [
        compared(document, position, example, verdict.outcome, verdict.hits)
        for (document, position, example), verdict in zip(asked, verdicts, strict=True)
    ]


def judge(plan: Plan, events: Sequence[Mapping[str, Any]], lookups: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """A verdict for each event; a lookup is answered by its name, with 0 (or false) where its event does not say."""
    answers: dict[Request, Any] = {}
    none = {name: False if signal.type.kind == "bool" else 0 for name, signal in plan.vocabulary.signals.items()}
    for _ in range(_ROUNDS):
        open_questions = [one for one in plan.needs(events, answers) if one not in answers]
        if not open_questions:
            break
        answers |= {one: lookups[one.event].get(one.name, none[one.name]) for one in open_questions}
    return plan.run(events, answers)


def compared(document: PolicyDocument, position: int, example: Example, outcome: str, found: Sequence[Hit]) -> Result:
    """What became of an example, in words where it is not what was expected."""
    hits = tuple(f"{hit.policy}/{hit.rule}" for hit in found)
    verbs = {hit.then.verb for hit in found}
    why = ""
    if outcome != example.expect:
        decisive = [f"{hit.policy}/{hit.rule}" for hit in found if hit.then.verb == outcome]
        by = f" by {', '.join(decisive)}" if decisive else ""
        why = f"expected {example.expect}, got {outcome}{by}"
    elif missing := [verb for verb in example.also if verb not in verbs]:
        why = f"expected also {', '.join(missing)}, which no rule did"
    elif example.rule and f"{document.code}/{example.rule}" not in hits:
        why = f"expected the rule {example.rule} to hit"
    return Result(document.code, position, example, outcome, hits, why)
