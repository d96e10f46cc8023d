"""One policy as one document: front matter for the machine, Markdown for people. Pure.

`parse` reads a file as far as it can and tells everything that is wrong with it, each with file, line, column, the
line and a caret. Whether its conditions are true to the schema and the lists is for the ruleset to say.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trustdesk.engine.problems import Problem
from trustdesk.policy import yamltext
from trustdesk.policy.guidelines import clauses_of
from trustdesk.policy.hiding import hide_terms
from trustdesk.policy.reading import Section, Source, duration
from trustdesk.policy.second_looks import ReviewTerms, review_terms
from trustdesk.policy.variables import check_variables
from trustdesk.policy.yamltext import Scalar

CODE = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
LANGUAGE = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?"
CODE_HINT = "use small letters, digits and single hyphens, such as off-platform-contact"
CLAUSE = r"\d+(?:\.\d+){0,3}"
OUTCOMES = ("approve", "limit", "review", "hold", "reject")
SIDE_EFFECTS = ("warn", "educate", "flag")
IF_UNKNOWN = ("review", "hold", "pass")

_KEYS = (
    *("code", "title", "labels", "applies_to", "markets", "gravity", "strikes", "ground", "legal_ground"),
    *("reason", "review", "two_people", "hide_reported", "rules", "examples"),
)
_RULE_KEYS = ("name", "clause", "when", "then", "if_unknown")
_EXAMPLE_KEYS = (
    *("text", "title", "body", "kind", "market", "language", "price", "currency", "category", "item", "account"),
    *("lookups", "expect", "also", "rule", "why"),
)
_TRANSLATION_KEYS = ("translation_of", "language", "title", "reason")
_FENCE = re.compile(r"---[ \t]*\n")
_FENCE_END = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """`when_at` and `then_at` hold the file offset of each character, so that an error points into the file."""

    name: str
    when: str
    then: str
    clause: str = ""
    if_unknown: str = ""
    when_at: tuple[int, ...] = field(default=(), compare=False, repr=False)
    then_at: tuple[int, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Example:
    """An item in short form and the outcome that all policies together must give it. `account.age` is in seconds."""

    expect: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=dict)
    lookups: Mapping[str, float] = field(default_factory=dict)
    kind: str = ""
    market: str = ""
    language: str = ""
    also: tuple[str, ...] = ()
    rule: str = ""
    why: str = ""
    at: int = field(default=0, compare=False)

    @property
    def words(self) -> str:
        """What the example says, on one line."""
        parts = [str(self.fields.get(name) or "") for name in ("title", "text", "body")]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Translation:
    """Title and body of a policy in another language; its reasons add to those of the policy."""

    language: str
    title: str
    body: str
    text: str
    reason: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicyDocument:
    """A policy as written. `gravity` None means: the highest severity of its labels."""

    code: str
    title: str
    labels: tuple[str, ...]
    applies_to: tuple[str, ...]
    markets: tuple[str, ...]
    gravity: int | None
    strikes: int
    ground: str
    legal_ground: str
    reason: Mapping[str, str]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    body: str
    text: str = field(repr=False)
    file: str = ""
    translations: Mapping[str, Translation] = field(default_factory=dict)
    review: ReviewTerms = field(default_factory=ReviewTerms)
    two_people: bool = False  # what it takes away for good needs a second person
    hide_reported: float = 0.0  # seconds at most, until somebody has looked at what trustworthy people report; 0: never

    @property
    def sha256(self) -> str:
        """Over the document and its translations, so that a change of either is a new version."""
        return content_hash(self.text, {language: each.text for language, each in self.translations.items()})

    def reasons(self) -> dict[str, str]:
        """What the author reads, by language."""
        told = dict(self.reason)
        for each in self.translations.values():
            told |= each.reason
        return told

    def titles(self) -> dict[str, str]:
        return {"en": self.title} | {language: each.title for language, each in self.translations.items()}


@dataclass(frozen=True)
class Parsed:
    """What could be read, and what is wrong. `document` is None when there is no front matter to speak of."""

    document: PolicyDocument | None
    problems: tuple[Problem, ...]
    source: Source

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def content_hash(text: str, translations: Mapping[str, str]) -> str:
    """SHA-256, hex, over lengths and texts, translations in order of their language."""
    digest = hashlib.sha256()
    for language, part in (("", text), *sorted(translations.items())):
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(f"{language}:{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def parse(text: str, *, file: str = "", translations: Mapping[str, str] | None = None) -> Parsed:
    """Read a policy, with its translations by language ({"id": text of <code>.id.md}). Never raises."""
    source = Source(_clean(text), file)
    front, body, body_at = front_matter(source)
    document = None
    if front is not None:
        document = _document(front, body, body_at, source)
    if document is not None:
        told: dict[str, Translation] = {}
        problems: list[Problem] = []
        for language, other in sorted((translations or {}).items()):
            translation, wrong = parse_translation(
                other, of=document.code, language=language, file=_sibling(file, language)
            )
            problems.extend(wrong)
            if translation is not None:
                told[language] = translation
        document = PolicyDocument(**{**document.__dict__, "translations": told})
        return Parsed(document, (*source.problems, *problems), source)
    return Parsed(None, tuple(source.problems), source)


def parse_translation(
    text: str, *, of: str, language: str = "", file: str = ""
) -> tuple[Translation | None, tuple[Problem, ...]]:
    """Read `<code>.<language>.md`."""
    source = Source(_clean(text), file, policy=of)
    front, body, _ = front_matter(source)
    if front is None:
        return None, tuple(source.problems)
    section = Section(front, source, _TRANSLATION_KEYS, "the front matter of a translation")
    code = section.text("translation_of", required=True)
    if code and of and code != of:
        section.wrong("translation_of", f"says {code}, but belongs to {of}")
    own = section.text("language", required=True, longest=12, pattern=LANGUAGE)
    if own and language and own != language:
        section.wrong("language", f"says {own}, but the file is for {language}")
    title = section.text("title", required=True, longest=120)
    reason = section.by_language("reason", longest=2000)
    for told, words in reason.items():
        check_variables(section, told, words)
    if "reason" in section and isinstance(section.node("reason"), Scalar) and own:
        reason = {own: reason["en"]} if "en" in reason else {}
    return Translation(own or language, title, body, source.text, reason), tuple(source.problems)


def language_of(file_name: str) -> str:
    """`weapons.id.md` → `id`, `weapons.md` → ``."""
    parts = file_name.removesuffix(".md").split(".")
    return parts[1] if len(parts) == 2 else ""


def _sibling(file: str, language: str) -> str:
    return f"{file.removesuffix('.md')}.{language}.md" if file else f"translation {language}"


def _clean(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def front_matter(source: Source) -> tuple[yamltext.Node | None, str, int]:
    """The front matter's node (None, with a problem in `source`, when there is none), the body and where it starts."""
    text = source.text
    at = yamltext.forbidden_at(text)
    if at is not None:
        source.wrong(f"the character U+{ord(text[at]):04X} is not allowed", at)
        return None, "", 0
    if len(text) > yamltext.LONGEST:
        source.wrong(f"the document is longer than {yamltext.LONGEST:,} characters", 0)
        return None, "", 0
    opening = _FENCE.match(text)
    if opening is None:
        source.wrong("front matter is missing: the first line must be ---", 0)
        return None, "", 0
    closing = _FENCE_END.search(text, opening.end())
    if closing is None:
        source.wrong("front matter does not end: a line --- is missing after it", 0)
        return None, "", 0
    body_at = min(closing.end() + 1, len(text))
    try:
        return yamltext.read(text[opening.end() : closing.start()], base=opening.end()), text[body_at:], body_at
    except yamltext.BadYaml as error:
        source.wrong(f"front matter: {error.message}", error.offset)
        return None, "", 0


def _document(front: yamltext.Node, body: str, body_at: int, source: Source) -> PolicyDocument:
    section = Section(front, source, _KEYS, "the front matter")
    code = section.text("code", required=True, longest=60, pattern=CODE, hint=CODE_HINT)
    source.policy = code
    ground = section.choice("ground", ("terms", "law", "order"), default="terms")
    legal_ground = section.text("legal_ground", longest=300)
    if ground != "terms" and not legal_ground:
        source.wrong(f"ground: {ground} needs legal_ground, the law in words", section.at("ground"))
    reason = section.by_language("reason", longest=2000)
    if not reason:
        source.wrong("the front matter needs reason, what the author reads", section.at("reason"))
    for language, words in reason.items():
        check_variables(section, language, words)
    clauses = clauses_of(body)
    seen: set[str] = set()
    for clause, offset in clauses:
        if clause in seen:
            source.wrong(f"the heading {clause} is there twice", body_at + offset)
        seen.add(clause)
    if not body.strip():
        source.wrong("the body is empty: people need words too", body_at)
    return PolicyDocument(
        code=code,
        title=section.text("title", required=True, longest=120),
        labels=section.texts("labels", required=True),
        applies_to=section.texts("applies_to", required=True),
        markets=section.texts("markets") or ("all",),
        gravity=section.whole("gravity", 1, 5),
        strikes=section.whole("strikes", 0, 10, default=0) or 0,
        ground=ground,
        legal_ground=legal_ground,
        reason=reason,
        rules=_rules(section, seen),
        examples=_examples(section),
        body=body,
        text=source.text,
        file=source.file,
        review=review_terms(section),
        two_people=section.flag("two_people"),
        hide_reported=hide_terms(section),
    )


def _rules(section: Section, clauses: set[str]) -> tuple[Rule, ...]:
    source = section.source
    rules: list[Rule] = []
    names: set[str] = set()
    for each in section.sections("rules", _RULE_KEYS, "rule"):
        name = each.text("name", required=True, longest=60, pattern=CODE, hint=CODE_HINT)
        if name in names and name:
            each.wrong("name", f"there are two rules called {name}")
        names.add(name)
        each.what = f"rule {name}" if name else each.what
        clause = each.text("clause", longest=20, pattern=CLAUSE, hint="write the number of a heading, such as 1.2")
        if clause and clause not in clauses:
            known = ", ".join(sorted(clauses, key=_natural)) or "none: number the headings, such as ### 1.1 Title"
            each.wrong("clause", f"the body has no heading {clause}; it has {known}")
        rules.append(
            Rule(
                name=name,
                when=_condition(each, "when", 8000),
                then=_condition(each, "then", 200),
                clause=clause,
                if_unknown=each.choice("if_unknown", IF_UNKNOWN),
                when_at=_offsets(each, "when", source.text),
                then_at=_offsets(each, "then", source.text),
            )
        )
    return tuple(rules)


def _natural(code: str) -> list[int]:
    return [int(part) for part in code.split(".")]


def _condition(section: Section, key: str, longest: int) -> str:
    """As written, blanks at the start kept: offsets count from there."""
    if not section.text(key, required=True, longest=longest):
        return ""
    node = section.node(key)
    return node.text.rstrip() if isinstance(node, Scalar) else ""


def _offsets(section: Section, key: str, text: str) -> tuple[int, ...]:
    node = section.node(key)
    return tuple(yamltext.offsets(node, text)) if isinstance(node, Scalar) else ()


def _examples(section: Section) -> tuple[Example, ...]:
    examples: list[Example] = []
    for each in section.sections("examples", _EXAMPLE_KEYS, "example"):
        fields: dict[str, Any] = {
            name: found
            for name, longest in (("text", 20_000), ("title", 500), ("body", 20_000))
            if (found := each.text(name, longest=longest))
        }
        if "text" in fields and "body" in fields:
            each.wrong("body", "text is the body; give one of the two")
        price = each.number("price")
        if price is not None:
            fields["price"] = price
        for name in ("currency", "category"):
            if found := each.text(name, longest=80):
                fields[name] = found
        examples.append(
            Example(
                expect=each.choice("expect", OUTCOMES, required=True),
                fields=fields,
                account=_account(each),
                item=_open(each, "item"),
                lookups=_lookups(each),
                kind=each.text("kind", longest=40),
                market=each.text("market", longest=12),
                language=each.text("language", longest=12),
                also=each.texts("also", choices=SIDE_EFFECTS, kind="side effect"),
                rule=each.text("rule", longest=60),
                why=each.text("why", longest=500),
                at=each.start,
            )
        )
    return tuple(examples)


def _open(section: Section, key: str) -> dict[str, Any]:
    inner = section.section(key)
    return {} if inner is None else {name: yamltext.plain(node) for name, (_, node) in inner.entries.items()}


def _account(section: Section) -> dict[str, Any]:
    account = _open(section, "account")
    age = account.get("age")
    if age is not None:
        account["age"] = duration(str(age))
        if account["age"] is None:
            section.wrong("account", f"age {age!r} is not a duration such as `2 days`")
    return account


def _lookups(section: Section) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in _open(section, "lookups").items():
        if not isinstance(value, int | float):  # true and false are
            section.wrong("lookups", f"{name} must be a number, true or false")
        else:
            found[name] = value
    return found
