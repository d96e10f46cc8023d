"""A version in the place of the live one, compiled but not tried on its examples: what a rehearsal runs."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from trustdesk.engine import PolicyError
from trustdesk.policy.folders import read_folder
from trustdesk.policy.models import PolicyVersion, Ruleset, WordListVersion
from trustdesk.policy.queries import rulesets
from trustdesk.policy.refusals import DoesNotPass, NoPolicy, NoSuchVersion
from trustdesk.policy.rulesets import CompiledRuleset, Content, Entry, compile_content
from trustdesk.policy.wordlists import parse_list


@dataclass(frozen=True)
class VersionRef:
    """A version of a policy or of a word list. `kind`: policy or list; `name`: the policy's code or the list's name."""

    id: UUID
    kind: str
    name: str
    number: int
    state: str
    author: str
    sha256: str

    @property
    def label(self) -> str:
        return f"{self.name}@{self.number}" if self.kind == "policy" else f"list:{self.name}@{self.number}"


def find_version(told: str) -> VersionRef:
    """By id, `code@number`, `code` (its newest), `list:name@number` or `list:name`. Raises NoSuchVersion."""
    try:
        return version_ref(UUID(told))
    except ValueError:
        pass
    name, _, number = told.partition("@")
    if number and not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NoSuchVersion
    rows: list[PolicyVersion | WordListVersion]
    if name.startswith("list:"):
        words = WordListVersion.objects.filter(word_list__name=name[5:]).select_related("word_list")
        rows = list((words.filter(number=int(number)) if number else words.order_by("-number"))[:1])
    else:
        texts = PolicyVersion.objects.filter(policy__code=name).select_related("policy")
        rows = list((texts.filter(number=int(number)) if number else texts.order_by("-number"))[:1])
    if not rows:
        raise NoSuchVersion
    return _ref(rows[0])


def version_ref(version_id: UUID) -> VersionRef:
    """Raises NoSuchVersion."""
    return _ref(_row(version_id))


def candidate(version_id: UUID, *, within: str = "") -> CompiledRuleset:
    """`candidate_content`, compiled: not in a transaction. Raises also DoesNotPass (it does not compile)."""
    return compiled(candidate_content(version_id, within=within))


def candidate_content(version_id: UUID, *, within: str = "") -> Content:
    """The ruleset in force (or the one whose hash is `within`) with this version in it. Raises NoSuchVersion, NoPolicy."""
    row = _row(version_id)
    ground = rulesets.content_by(within) if within else rulesets.live_content()
    if isinstance(row, PolicyVersion):
        entry = Entry(rulesets.document_of(row, row.policy.code), row.number, row.id, row.policy_id)
        return ground.having([entry])
    return ground.having(lists=[parse_list(row.word_list.name, row.text)[0]])


def folder_content(path: Path) -> Content:
    """A whole pack as a folder has it. Raises DoesNotPass."""
    folder = read_folder(path)
    if folder.content is None or folder.errors:
        raise DoesNotPass(tuple(folder.errors or folder.problems))
    return folder.content


def compiled(content: Content) -> CompiledRuleset:
    """Compiled once a process while it is wanted. Raises DoesNotPass."""
    try:
        return rulesets.plans.made(content)
    except PolicyError as error:
        raise DoesNotPass(error.problems) from error


def compiled_rules(content: Content, rules: Collection[tuple[str, str]]) -> CompiledRuleset:
    """Only these rules of a ruleset, by (policy, rule), compiled: not kept. Raises DoesNotPass."""
    entries = []
    for entry in content.policies:
        wanted = tuple(rule for rule in entry.document.rules if (entry.code, rule.name) in rules)
        if wanted:
            entries.append(replace(entry, document=replace(entry.document, rules=wanted, examples=())))
    try:
        return compile_content(replace(content, policies=tuple(entries)))
    except PolicyError as error:
        raise DoesNotPass(error.problems) from error


def ruleset_content(hash_: str) -> Content:
    """What a ruleset of this desk consists of, not compiled. Raises NoPolicy."""
    return rulesets.content_by(hash_)


def number_of(hash_: str) -> int:
    """The newest number that this ruleset had. Raises NoPolicy."""
    number = Ruleset.objects.filter(hash=hash_).order_by("-number").values_list("number", flat=True).first()
    if number is None:
        raise NoPolicy
    return number


def _row(version_id: UUID) -> PolicyVersion | WordListVersion:
    found = PolicyVersion.objects.filter(id=version_id).select_related("policy").first()
    row = found or WordListVersion.objects.filter(id=version_id).select_related("word_list").first()
    if row is None:
        raise NoSuchVersion
    return row


def _ref(row: PolicyVersion | WordListVersion) -> VersionRef:
    kind, name = ("policy", row.policy.code) if isinstance(row, PolicyVersion) else ("list", row.word_list.name)
    return VersionRef(row.id, kind, name, row.number, row.state, row.author, row.sha256)
