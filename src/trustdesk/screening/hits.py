"""A verdict's hits as they are stored: evidence in the fields it stands in, the clause each rule names, whether the rule
was braked."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from trustdesk.policy import queries as policy
from trustdesk.screening.pictures import Picture, Uses, evidence
from trustdesk.screening.rules import Segment, back_to_fields


class Words(Protocol):
    """All words of an item, and which field each stretch of them stands in; its pictures, and what rules use of them."""

    @property
    def text(self) -> str: ...

    @property
    def segments(self) -> Sequence[Segment]: ...

    @property
    def pictures(self) -> Sequence[Picture]: ...

    @property
    def uses(self) -> Mapping[tuple[str, str], Uses]: ...


def stored_hits(ruled: policy.Ruled, entry: Words, texts: policy.Grounds) -> tuple[dict[str, Any], ...]:
    """Hits as JSON."""
    found = []
    for hit in ruled.verdict.hits:
        data = ruled.to_json(hit)
        data["clause"] = texts.get(hit.policy, hit.version).rule_clause(hit.rule)
        data["evidence"] = [
            piece for span in data["evidence"] for piece in back_to_fields(span, entry.segments, entry.text)
        ]
        if uses := entry.uses.get((hit.policy, hit.rule)):
            data["evidence"] += evidence(entry.pictures, uses)
        found.append(data)
    return tuple(found)
