"""What a procedure is: steps with their texts, what leads where, what is never asked. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import yaml

KINDS = ("do", "ask", "proof", "end")
OUTCOMES = ("proven", "not_proven", "refused", "done")
ANSWERS = ("done", "yes", "no", "skipped")
STATES = ("running", "ended", "stopped")
DOCUMENTS = ("id_card", "passport", "licence", "bill", "selfie", "other")

LONGEST_SOURCE = 60_000
LONGEST_TEXT, LONGEST_TITLE = 4_000, 120
LONGEST_NOTE = 500
MOST_STEPS, MOST_NEVER = 40, 12
MOST_KEEP_DAYS = 30
KEPT_AFTER = timedelta(days=1)  # a document, once it is known what it proved
MOST_PROOFS = 10

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_SECRET = re.compile(
    r"\b(passwords?|passcodes?|passphrases?|pin|otp|cvv|cvc|one[- ]time codes?|verification codes?|security codes?"
    r"|kata sandi|sandi|kode otp|kode verifikasi|kode keamanan)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(never|not|don['’]t|no|new|without|jangan|tidak|tak|baru|tanpa)\b", re.IGNORECASE)  # fmt: skip
_DIGITS = re.compile(r"\d[\d\s./-]{4,}\d")

Texts = Mapping[str, str]


def gettext_noop(words: str) -> str:
    """Marks words for translation; whoever shows them translates."""
    return words


class Unreadable(ValueError):
    """A procedure that cannot be read; `where` names the place, `why` says it in words."""

    def __init__(self, where: str, words: str, **values: object) -> None:
        self.where, self.words, self.values = where, words, values
        super().__init__(f"{where}: {self.why}")

    @property
    def why(self) -> str:
        return self.words % self.values if self.values else self.words


@dataclass(frozen=True)
class Step:
    """One step. `agent`: what to do; `requester`: what they are written; `check`: what is ticked. An `ask` leads to `yes` or
    `no`, an `end` says the outcome, everything else leads to `then`."""

    code: str
    kind: str
    title: Texts
    agent: Texts
    requester: Texts = field(default_factory=dict)
    check: Texts = field(default_factory=dict)
    required: bool = True
    then: str = ""
    yes: str = ""
    no: str = ""
    outcome: str = ""

    def answers(self) -> tuple[str, ...]:
        if self.kind == "ask":
            return ("yes", "no")
        return ("done",) if self.required or self.kind == "end" else ("done", "skipped")

    def leads(self, answer: str) -> str:
        """Where an answer leads; "" at the end."""
        return {"yes": self.yes, "no": self.no}.get(answer, self.then)


@dataclass(frozen=True)
class Procedure:
    """All of one. `never`: what must not be asked of anybody; `keep_days`: how long a document may stay."""

    code: str
    title: Texts
    about: Texts
    never: tuple[Texts, ...]
    keep_days: int
    steps: tuple[Step, ...]

    def step(self, code: str) -> Step | None:
        return next((one for one in self.steps if one.code == code), None)

    @property
    def first(self) -> str:
        return self.steps[0].code

    @property
    def languages(self) -> list[str]:
        return sorted(self.title)


def said(texts: Texts, language: str) -> str:
    """A text in this language, in the one nearest to it, else in English."""
    base = language.split("-", maxsplit=1)[0]
    if base == "ms" and "ms" not in texts:
        base = "id"
    return texts.get(language) or texts.get(base) or texts.get("en") or next(iter(texts.values()), "")


class _Loader(yaml.SafeLoader):
    """Plain values only; nothing that stands for something else, so that a few lines cannot become millions."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("anchors")
        return super().compose_node(parent, index)


def read(source: str) -> Procedure:
    """Raises Unreadable."""
    if len(source) > LONGEST_SOURCE:
        raise Unreadable("source", gettext_noop("At most 60,000 characters."))
    try:
        found = yaml.load(source.replace("\0", ""), _Loader)  # noqa: S506  a safe loader, made stricter
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Unreadable("source", gettext_noop("This is no YAML of plain values.")) from None
    return checked(found)


def checked(found: Any) -> Procedure:
    """Raises Unreadable."""
    top = _map(found, "source", {"code", "title", "about", "never", "keep_days", "steps"})
    keep = top.get("keep_days", 7)
    if not isinstance(keep, int) or isinstance(keep, bool) or not 0 <= keep <= MOST_KEEP_DAYS:
        raise Unreadable("keep_days", gettext_noop("0 to 30 days."))
    never = _list(top.get("never"), "never", MOST_NEVER)
    steps = [_step(one, f"steps[{n}]") for n, one in enumerate(_list(top.get("steps"), "steps", MOST_STEPS))]
    title = _texts(top.get("title"), "title", LONGEST_TITLE)
    made = Procedure(
        code=_code(top.get("code"), "code"),
        title=title,
        about=_texts(top.get("about"), "about", LONGEST_TEXT),
        never=tuple(_texts(one, f"never[{n}]", 300) for n, one in enumerate(never)),
        keep_days=keep,
        steps=tuple(_led(steps)),
    )
    for n, one in enumerate(made.steps):
        for name in ("title", "agent"):
            if missing := set(title) - set(getattr(one, name)):
                raise Unreadable(
                    f"steps[{n}].{name}", gettext_noop("The language %(name)s is missing."), name=min(missing)
                )
    return made


def _step(found: Any, where: str) -> Step:
    names = {"code", "kind", "title", "agent", "requester", "check", "required", "then", "yes", "no", "outcome"}
    given = _map(found, where, names)
    kind = given.get("kind", "do")
    if kind not in KINDS:
        raise Unreadable(f"{where}.kind", gettext_noop("Must be do, ask, proof or end."))
    required = given.get("required", True)
    if not isinstance(required, bool):
        raise Unreadable(f"{where}.required", gettext_noop("Must be true or false."))
    if kind in {"ask", "proof", "end"} and not required:
        raise Unreadable(f"{where}.required", gettext_noop("Only a step that is done can be left out."))
    outcome = given.get("outcome", "")
    if (kind == "end") != bool(outcome) or (outcome and outcome not in OUTCOMES):
        raise Unreadable(
            f"{where}.outcome", gettext_noop("An end says proven, not_proven, refused or done; nothing else does.")
        )
    requester = _texts(given.get("requester"), f"{where}.requester", LONGEST_TEXT) if given.get("requester") else {}
    for language, text in requester.items():
        if asks_for_secrets(text):
            raise Unreadable(
                f"{where}.requester.{language}", gettext_noop("It asks for a secret. Nobody is ever asked for one.")
            )
    links = {name: _code(given[name], f"{where}.{name}") for name in ("then", "yes", "no") if given.get(name)}
    if kind == "ask" and links.keys() != {"yes", "no"}:
        raise Unreadable(f"{where}.yes", gettext_noop("A question says where yes and where no leads."))
    if kind != "ask" and links.keys() - {"then"}:
        raise Unreadable(f"{where}.yes", gettext_noop("Only a question has yes and no."))
    return Step(
        code=_code(given.get("code"), f"{where}.code"),
        kind=kind,
        title=_texts(given.get("title"), f"{where}.title", LONGEST_TITLE),
        agent=_texts(given.get("agent"), f"{where}.agent", LONGEST_TEXT),
        requester=requester,
        check=_texts(given.get("check"), f"{where}.check", 300) if given.get("check") else {},
        required=required,
        outcome=outcome,
        **links,
    )


def _led(steps: Sequence[Step]) -> list[Step]:
    """Every step leads on, and only forwards: so whoever follows them comes to an end."""
    if not steps:
        raise Unreadable("steps", gettext_noop("There are none."))
    places = {one.code: n for n, one in enumerate(steps)}
    if len(places) != len(steps):
        raise Unreadable("steps", gettext_noop("Two steps have the same code."))
    made: list[Step] = []
    for n, one in enumerate(steps):
        if one.kind == "end":
            if one.then:
                raise Unreadable(f"steps[{n}].then", gettext_noop("Nothing comes after an end."))
            made.append(one)
            continue
        following = steps[n + 1].code if n + 1 < len(steps) else ""
        full = Step(**{**vars(one), "then": one.then or following}) if one.kind != "ask" else one
        for name, leads in (("then", full.then), ("yes", full.yes), ("no", full.no)):
            if (name == "then") == (full.kind == "ask"):
                continue
            if places.get(leads, -1) <= n:
                raise Unreadable(f"steps[{n}].{name}", gettext_noop("It must lead to a later step."))
        made.append(full)
    reached = {made[0].code}
    for one in made:
        if one.code in reached:
            reached |= {leads for leads in (one.then, one.yes, one.no) if leads}
    if lost := [one.code for one in made if one.code not in reached]:
        raise Unreadable("steps", gettext_noop("Nothing leads to “%(name)s”."), name=lost[0])
    return made


def asks_for_secrets(text: str) -> bool:
    """Does a sentence ask for a password, PIN or code? One that says “never …” does not."""
    return any(_SECRET.search(one) and not _DENIED.search(one) for one in re.split(r"[.!?\n]+", text))


def holds_a_number(text: str) -> bool:
    """Is there a number as documents bear them (six digits or more)?"""
    return any(sum(c.isdigit() for c in found.group()) >= 6 for found in _DIGITS.finditer(text))


def _map(found: Any, where: str, known: set[str]) -> dict[Any, Any]:
    if not isinstance(found, dict):
        raise Unreadable(where, gettext_noop("Names with values are expected here."))
    # YAML 1.1 reads the names yes and no as truth.
    names: dict[Any, Any] = {
        ("yes" if name else "no") if isinstance(name, bool) else name: value for name, value in found.items()
    }
    if wrong := [str(name)[:40] for name in names if not isinstance(name, str) or name not in known]:
        raise Unreadable(where, gettext_noop("Nothing is called “%(name)s” here."), name=wrong[0])
    return names


def _list(found: Any, where: str, most: int) -> list[Any]:
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unreadable(where, gettext_noop("A list is expected here."))
    if len(found) > most:
        raise Unreadable(where, gettext_noop("At most %(n)s."), n=most)
    return found


def _code(found: Any, where: str) -> str:
    if not isinstance(found, str) or not _CODE.fullmatch(found):
        raise Unreadable(where, gettext_noop("Small letters, digits and _ make a code."))
    return found


def _texts(found: Any, where: str, most: int) -> dict[str, str]:
    texts = found if isinstance(found, dict) else {}
    if not texts or "en" not in texts:
        raise Unreadable(where, gettext_noop("Texts by language are expected here, with en among them."))
    for language, text in texts.items():
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise Unreadable(where, gettext_noop("A language is written as id or en-GB."))
        if not isinstance(text, str) or not text.strip() or len(text) > most:
            raise Unreadable(f"{where}.{language}", gettext_noop("Between 1 and %(n)s characters."), n=most)
    return {language: text.strip() for language, text in texts.items()}
