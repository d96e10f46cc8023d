"""The ruleset in force, compiled once a process, and earlier ones by their hash."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from django.core.cache import cache

from trustdesk.engine import Measured, PolicyError, Problem
from trustdesk.policy.beside import Others
from trustdesk.policy.documents import PolicyDocument, parse
from trustdesk.policy.examples import Result, run_examples
from trustdesk.policy.labels import Taxonomy, parse_labels
from trustdesk.policy.models import (
    PartMeasure,
    PolicyVersion,
    Ruleset,
    SettingsVersion,
    TaxonomyVersion,
    WordListVersion,
)
from trustdesk.policy.packs import Pack, parse_pack
from trustdesk.policy.queries.plans import KEPT, PUBLISHED, ROLLED_BACK, Plans, Serving
from trustdesk.policy.refusals import NoPolicy, NoSuchVersion
from trustdesk.policy.rulesets import CompiledRuleset, Content, Entry, check_content, compile_content
from trustdesk.policy.wordlists import WordListText, parse_list

T = TypeVar("T")
_NEWEST = "policy.newest"
_MOST_PARTS = 20_000

_contents: "OrderedDict[str, Content]" = OrderedDict()


def measured() -> Measured:
    """What parts of conditions cost in traffic and how often they held: those measured most."""
    rows = PartMeasure.objects.order_by("-seen").values_list("part", "seen", "true", "seconds")[:_MOST_PARTS]
    return Measured.from_json({part: {"seen": n, "true": true, "seconds": took} for part, n, true, took in rows})


plans = Plans(measured=measured)
_serving = Serving(plans)
_results: "OrderedDict[str, list[Result]]" = OrderedDict()
_others: "OrderedDict[str, Others]" = OrderedDict()
_lock = threading.RLock()


@dataclass(frozen=True)
class Newest:
    """Which ruleset is in force; all zero and empty before the first publication."""

    number: int
    hash: str


def newest() -> Newest:
    """One small query at most once a second and process."""
    kept: Newest | None = cache.get(_NEWEST)
    if kept is None:
        row = Ruleset.objects.order_by("-number").values_list("number", "hash").first()
        kept = Newest(*row) if row else Newest(0, "")
        cache.set(_NEWEST, kept, 1)
    return kept


def look_again() -> None:
    """Forget which ruleset is the newest: called by those who just published, and have compiled it."""
    cache.delete(_NEWEST)
    _serving.stop()


def live_plan() -> CompiledRuleset:
    """The ruleset in force, compiled. Call it before a transaction opens: the first call of a process compiles.

    For some seconds after a publication it may be the one before (see `plans`). Raises NoPolicy.
    """
    told = newest()
    if not told.number:
        raise NoPolicy
    return _serving.plan(told.number, told.hash, content=lambda: content_by(told.hash), follows=_patience_with)


def _patience_with(serving: CompiledRuleset) -> float:
    """Seconds for which the plan that serves may go on, now that there is a newer ruleset."""
    later = list(Ruleset.objects.filter(number__gte=serving.number).values_list("number", "hash", "urgent"))
    if (serving.number, serving.hash) not in {(number, hash_) for number, hash_, _ in later}:
        return 0.0
    rolled_back = any(urgent for number, _, urgent in later if number > serving.number)
    return ROLLED_BACK if rolled_back else PUBLISHED


def live_content() -> Content:
    """The ruleset in force, not compiled: settings, labels, documents. Raises NoPolicy."""
    told = newest()
    if not told.number:
        raise NoPolicy
    return content_by(told.hash)


def ruleset(hash: str) -> CompiledRuleset:  # noqa: A002  the word of the verdict that asks
    """An earlier ruleset, for replaying a verdict. Raises NoPolicy when this desk never had it."""
    number = Ruleset.objects.filter(hash=hash).order_by("-number").values_list("number", flat=True).first()
    if number is None:
        raise NoPolicy("This desk never had that ruleset.")
    return replace(plans.made(content_by(hash)), number=number)


def live_results() -> list[Result]:
    """What the examples of the ruleset in force give; run once a process."""
    told = newest()
    if not told.number:
        return []
    with _lock:
        if told.hash not in _results:
            _keep(_results, told.hash, run_examples(plans.made(content_by(told.hash))))
        return _results[told.hash]


def policy_document(code: str) -> PolicyDocument:
    """The document in force. Raises NoSuchVersion, NoPolicy."""
    found = next((entry.document for entry in live_content().policies if entry.code == code), None)
    if found is None:
        raise NoSuchVersion
    return found


def pack_settings() -> Pack | None:
    """The settings in force, or None before the first publication."""
    try:
        return live_content().pack
    except NoPolicy:
        return None


def publish_of(kind: str) -> str:
    """`before` or `after`: is an item of this kind hidden or shown while it waits for a person?"""
    pack = pack_settings()
    known = pack.kinds.get(kind) if pack else None
    return known.publish if known else "after"


def patience_of(kind: str) -> float:
    """Seconds that an item of this kind waits for a signal that is not there."""
    pack = pack_settings()
    known = pack.kinds.get(kind) if pack else None
    return known.patience if known else 900.0


@dataclass(frozen=True)
class TryOut:
    """What a change would do: everything found, every example's result, and the ruleset it would make.

    `failed` are examples of what was changed that fail, and examples of others that passed before and now fail.
    """

    problems: tuple[Problem, ...]
    results: tuple[Result, ...]
    failed: tuple[Result, ...]
    compiled: CompiledRuleset | None

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def passes(self) -> bool:
        return not self.errors and not self.failed


def try_out(
    entries: Iterable[Entry] = (),
    lists: Iterable[WordListText] = (),
    *,
    problems: Iterable[Problem] = (),
    ground: Content | None = None,
    thorough: bool = True,
) -> TryOut:
    """Check these policies and lists in the place of the live ones, with every example of every policy.

    Not `thorough`: only with the examples of these policies, while somebody is still typing; one policy alone then
    costs what it costs itself, and `compiled` is None. `problems` were found in reading them. Compiles: call it before a
    transaction opens. Raises NoPolicy.
    """
    entries, lists, found = list(entries), list(lists), list(problems)
    before = ground or live_content()
    if not thorough and len(entries) == 1 and not lists:
        return _try_alone(entries[0], before, found)
    content = before.having(entries, lists)
    codes = {entry.code for entry in entries}
    if any(problem.severity == "error" for problem in found):
        return TryOut((*found, *check_content(content, codes, unread=False)), (), (), None)
    # A list is read by any policy, so that all of them are checked again.
    found += check_content(content, None if lists else codes)
    try:
        compiled = compile_content(content, measured=measured())
    except PolicyError as error:
        known = {(each.policy, each.rule, each.message) for each in found}
        found += [each for each in error.problems if (each.policy, each.rule, each.message) not in known]
        return TryOut(tuple(found), (), (), None)
    results = run_examples(compiled, None if thorough else codes)
    failed_before = {(each.policy, each.position) for each in _before(before) if not each.passed} if thorough else set()
    failed = [
        each
        for each in results
        if not each.passed and (each.policy in codes or (each.policy, each.position) not in failed_before)
    ]
    return TryOut(tuple(found), tuple(results), tuple(failed), compiled)


def _try_alone(entry: Entry, before: Content, found: list[Problem]) -> TryOut:
    """While somebody types: the policy itself is checked and compiled, the others are kept compiled."""
    unreadable = any(problem.severity == "error" for problem in found)
    found += check_content(before.having([entry]), [entry.code], unread=not unreadable)
    if unreadable or any(problem.severity == "error" for problem in found):
        return TryOut(tuple(found), (), (), None)
    try:
        rest = others(before, entry.code)
        results = rest.examples(rest.with_policy(entry, checked=True), entry)
    except PolicyError as error:
        return TryOut((*found, *error.problems), (), (), None)
    return TryOut(tuple(found), tuple(results), tuple(each for each in results if not each.passed), None)


def others(content: Content, code: str) -> Others:
    """Everything but one policy, compiled; kept, since it stays while somebody types. Raises PolicyError."""
    key = f"{content.hash}/{code}"
    with _lock:
        if key not in _others:
            _keep(_others, key, Others(content, code))
        _others.move_to_end(key)
        return _others[key]


def try_version(version: PolicyVersion, *, thorough: bool = True) -> TryOut:
    """The try-out of a stored version in the place of the live one."""
    code = version.policy.code
    return try_document(code, version.text, version.translations, version.number, thorough=thorough)


def try_document(
    code: str, text: str, translations: Mapping[str, str], number: int, *, thorough: bool = True
) -> TryOut:
    """The try-out of a text that need not be stored. `code` is the policy it must stay, "" for a new one."""
    parsed = parse(text, file=f"{code}.md" if code else "", translations=translations)
    document = parsed.document
    if document is None or not document.code:
        return TryOut(parsed.problems, (), (), None)
    problems = list(parsed.problems)
    if code and document.code != code:
        parsed.source.problems.clear()
        parsed.source.wrong(f"code must stay {code}", max(document.text.find("code:"), 0))
        problems += parsed.source.problems
    return try_out([Entry(document, number)], problems=problems, thorough=thorough)


def document_of(version: PolicyVersion, code: str) -> PolicyDocument:
    """The parsed document of a stored version; drafts that cannot be read at all come back nearly empty."""
    return _document(code, version.text, tuple(sorted(version.translations.items())))


def content_of(row: Ruleset) -> Content:
    """What a ruleset consists of, read from the database: four queries."""
    settings = SettingsVersion.objects.get(pk=row.settings_id)
    taxonomy = TaxonomyVersion.objects.get(pk=row.taxonomy_id)
    pack, _ = parse_pack(settings.text)
    labels, _ = parse_labels(taxonomy.text)
    if pack is None:
        raise NoPolicy("The stored settings cannot be read.")
    versions = PolicyVersion.objects.filter(id__in=row.policies).select_related("policy").order_by("policy__code")
    lists = WordListVersion.objects.filter(id__in=row.lists).select_related("word_list").order_by("word_list__name")
    return Content(
        pack=pack,
        taxonomy=labels,
        policies=tuple(
            Entry(document_of(version, version.policy.code), version.number, version.id, version.policy_id)
            for version in versions
        ),
        lists={each.word_list.name: list_of(each.word_list.name, each.text) for each in lists},
    )


def content_by(hash_: str) -> Content:
    """A ruleset of this desk, not compiled; kept by this process. Raises NoPolicy."""
    with _lock:
        if hash_ not in _contents:
            row = Ruleset.objects.filter(hash=hash_).order_by("-number").first()
            if row is None:
                raise NoPolicy("This desk never had that ruleset.")
            content = content_of(row)
            if content.hash != hash_:
                raise RuntimeError(f"ruleset {row.number} does not match its hash: a stored version was changed")
            _keep(_contents, hash_, content)
        _contents.move_to_end(hash_)
        return _contents[hash_]


def _before(content: Content) -> list[Result]:
    with _lock:
        if content.hash not in _results:
            try:
                _keep(_results, content.hash, run_examples(plans.made(content)))
            except PolicyError:
                _keep(_results, content.hash, [])
        return _results[content.hash]


def _keep(kept: "OrderedDict[str, T]", key: str, value: T) -> None:
    kept[key] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)


@lru_cache(maxsize=512)
def _document(code: str, text: str, translations: tuple[tuple[str, str], ...]) -> PolicyDocument:
    parsed = parse(text, file=f"{code}.md", translations=dict(translations))
    if parsed.document is not None:
        return parsed.document
    return PolicyDocument(
        code=code,
        title=code,
        labels=(),
        applies_to=(),
        markets=(),
        gravity=None,
        strikes=0,
        ground="terms",
        legal_ground="",
        reason={},
        rules=(),
        examples=(),
        body=text,
        text=text,
        file=f"{code}.md",
    )


@lru_cache(maxsize=256)
def list_of(name: str, text: str) -> WordListText:
    """The parsed list of a stored version."""
    return parse_list(name, text)[0]


def taxonomy() -> Taxonomy:
    """The labels in force. Raises NoPolicy."""
    return live_content().taxonomy
