"""Everything one may ask about policies: the plan in force, the words people read, versions and lists."""

from trustdesk.policy.queries.rulesets import (
    TryOut,
    live_content,
    live_plan,
    live_results,
    newest,
    pack_settings,
    patience_of,
    publish_of,
    ruleset,
    taxonomy,
    try_out,
)
from trustdesk.policy.refusals import NoPolicy, UnknownPolicy
from trustdesk.policy.rulesets import CompiledRuleset

__all__ = [
    "CompiledRuleset",
    "NoPolicy",
    "TryOut",
    "UnknownPolicy",
    "live_content",
    "live_plan",
    "live_results",
    "newest",
    "pack_settings",
    "patience_of",
    "publish_of",
    "ruleset",
    "taxonomy",
    "try_out",
]
