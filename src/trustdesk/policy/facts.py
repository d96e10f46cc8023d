"""What can have happened to policies, word lists and the ground they stand on."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class PolicyDrafted(
    Fact, kind="policy.drafted", subject="policy", says="{actor} wrote version {number} of {code}", personal=()
):
    policy: UUID
    code: str
    number: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PolicyDraftDiscarded(
    Fact,
    kind="policy.draft_discarded",
    subject="policy",
    says="{actor} discarded the draft {number} of {code}",
    personal=(),
):
    policy: UUID
    code: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PolicyChecked(
    Fact,
    kind="policy.checked",
    subject="policy",
    says="{actor} asks for approval of version {number} of {code}; all {examples} examples pass",
    personal=(),
):
    policy: UUID
    code: str
    number: int
    sha256: str
    examples: int


@dataclass(frozen=True, kw_only=True)
class PolicyApproved(
    Fact, kind="policy.approved", subject="policy", says="{actor} approved version {number} of {code}", personal=()
):
    policy: UUID
    code: str
    number: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PolicyPublished(
    Fact,
    kind="policy.published",
    subject="policy",
    says="{actor} published version {number} of {code}: {title}",
    personal=(),
):
    """A version went live. `replaces` is the version that was live before, 0 for none."""

    policy: UUID
    code: str
    title: str
    number: int
    replaces: int
    sha256: str
    ruleset: int
    ruleset_hash: str
    author: str
    approver: str


@dataclass(frozen=True, kw_only=True)
class PolicyRolledBack(
    Fact,
    kind="policy.rolled_back",
    subject="policy",
    says="{actor} rolled {code} back from version {number} to {to}: {reason}",
    personal=(),
):
    policy: UUID
    code: str
    number: int
    to: int
    reason: str
    ruleset: int
    ruleset_hash: str


@dataclass(frozen=True, kw_only=True)
class ListDrafted(
    Fact,
    kind="policy.list_drafted",
    subject="word_list",
    says="{actor} imported into version {number} of the list {name}: {lines} lines, {added} added, {removed} removed",
    personal=(),
):
    """An import became a draft of a list. `source` is where the words come from, as its author says."""

    word_list: UUID
    name: str
    number: int
    sha256: str
    lines: int
    added: int
    removed: int
    source: str


@dataclass(frozen=True, kw_only=True)
class ListDraftDiscarded(
    Fact,
    kind="policy.list_draft_discarded",
    subject="word_list",
    says="{actor} discarded the draft {number} of the list {name}",
    personal=(),
):
    word_list: UUID
    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ListEdited(
    Fact,
    kind="policy.list_edited",
    subject="word_list",
    says="{actor} asks for approval of version {number} of the list {name}: {added} added, {removed} removed",
    personal=(),
):
    word_list: UUID
    name: str
    number: int
    sha256: str
    added: int
    removed: int


@dataclass(frozen=True, kw_only=True)
class ListApproved(
    Fact,
    kind="policy.list_approved",
    subject="word_list",
    says="{actor} approved version {number} of the list {name}",
    personal=(),
):
    word_list: UUID
    name: str
    number: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ListPublished(
    Fact,
    kind="policy.list_published",
    subject="word_list",
    says="{actor} published version {number} of the list {name}",
    personal=(),
):
    word_list: UUID
    name: str
    number: int
    replaces: int
    sha256: str
    ruleset: int
    ruleset_hash: str


@dataclass(frozen=True, kw_only=True)
class ListRolledBack(
    Fact,
    kind="policy.list_rolled_back",
    subject="word_list",
    says="{actor} rolled the list {name} back from version {number} to {to}: {reason}",
    personal=(),
):
    word_list: UUID
    name: str
    number: int
    to: int
    reason: str
    ruleset: int
    ruleset_hash: str


@dataclass(frozen=True, kw_only=True)
class PackPublished(
    Fact,
    kind="policy.pack_published",
    subject="pack",
    says="{actor} published the pack {pack} {release}: {policies} policies, {lists} lists, {labels} labels",
    personal=(),
):
    """The first publication of a pack: everything in it went live together."""

    pack: str
    release: str
    policies: int
    lists: int
    labels: int
    ruleset: int
    ruleset_hash: str


@dataclass(frozen=True, kw_only=True)
class SettingsPublished(
    Fact,
    kind="policy.settings_published",
    subject="pack",
    says="{actor} published settings or labels of the pack {pack} {release}",
    personal=(),
):
    pack: str
    release: str
    ruleset: int
    ruleset_hash: str


@dataclass(frozen=True, kw_only=True)
class RuleBraked(
    Fact,
    kind="rule.braked",
    subject="policy",
    says="{code}: {rule} (version {number}) would have acted on {acted} of {seen} items and lost its power to act",
    personal=(),
):
    """A rule on probation acted too often within `minutes`. `owner` (actor label) is told; another person may release it."""

    policy: UUID
    code: str
    rule: str
    number: int
    acted: int
    seen: int
    minutes: float
    owner: str


@dataclass(frozen=True, kw_only=True)
class RuleReleased(
    Fact,
    kind="rule.released",
    subject="policy",
    says="{actor} gave {code}: {rule} its power to act back: {reason}",
    personal=(),
):
    policy: UUID
    code: str
    rule: str
    number: int
    reason: str
    ruleset_hash: str
