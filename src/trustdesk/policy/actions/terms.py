"""Which rules begin and end with a ruleset, and which of them are on probation. Called in the transaction that makes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trustdesk.policy.identities import RuleId
from trustdesk.policy.models import Probation, Ruleset, RuleTerm
from trustdesk.policy.queries.rulesets import content_of
from trustdesk.policy.rulesets import Content


@dataclass(frozen=True)
class Writers:
    """Who wrote what a publication brings, as actor labels: by policy, by list, and who answers for the rest."""

    policies: Mapping[str, str]
    lists: Mapping[str, str]
    otherwise: str

    def of(self, rule: RuleId) -> list[str]:
        """Who answers for this rule; the first is its owner."""
        wrote = [self.policies.get(rule.policy, ""), *(self.lists.get(name, "") for name in rule.lists)]
        return list(dict.fromkeys(author for author in wrote if author)) or [self.otherwise]


def begin_terms(
    *, content: Content, ruleset: Ruleset, ground: Ruleset | None, written_by: Writers | None, now: datetime
) -> None:
    """End the terms of rules that changed or went, begin those of rules that are new to the machine.

    A rule that never was in force before is on probation. `written_by` None: the first publication of a pack, which is
    the operator's own act and has none.
    """
    before = {(term.policy, term.rule): term for term in RuleTerm.objects.filter(until=None)}
    if not before and ground is not None:
        # A desk from before there were terms: what is in force now was so before.
        _begin(content_of(ground).rules.values(), ground, ground.made_at)
        before = {(term.policy, term.rule): term for term in RuleTerm.objects.filter(until=None)}
    rules = content.rules
    ended = [term.id for key, term in before.items() if key not in rules or rules[key].identity != term.identity]
    RuleTerm.objects.filter(id__in=ended).update(until=ruleset.number, ended_at=now)
    new = [rule for key, rule in rules.items() if key not in before or before[key].identity != rule.identity]
    known = _known(new)
    _begin(new, ruleset, now)
    if written_by is None:
        return
    Probation.objects.bulk_create(
        [
            Probation(
                identity=rule.identity,
                policy=rule.policy,
                rule=rule.rule,
                version=rule.version,
                since=ruleset.number,
                owner=written_by.of(rule)[0],
                authors=written_by.of(rule),
                began_at=now,
            )
            for rule in new
            if rule.identity not in known
        ],
        ignore_conflicts=True,
    )


def _known(rules: list[RuleId]) -> set[str]:
    wanted = [rule.identity for rule in rules]
    return set(RuleTerm.objects.filter(identity__in=wanted).values_list("identity", flat=True))


def _begin(rules: Iterable[RuleId], ruleset: Ruleset, at: datetime) -> None:
    RuleTerm.objects.bulk_create(
        [
            RuleTerm(
                policy=rule.policy,
                rule=rule.rule,
                identity=rule.identity,
                version=rule.version,
                since=ruleset.number,
                began_at=at,
            )
            for rule in rules
        ]
    )
