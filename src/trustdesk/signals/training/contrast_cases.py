"""Sentences of our own writing that a plain model gets wrong: the same words with and without hostility.

`contrast/LANG.txt` holds a small grammar for each language: groups with their grammatical forms, lists of words, and
templates in named sections (derogation, negated hate, counter-speech, reclaimed words, abuse of things, threats …) with
the classes they belong to. A template is filled a fixed number of times, drawn by its own hash, so that adding one
changes no other. All sentences of a template are on one side of a split.
"""

import random
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "contrast"
# toxic, hate, harassment, threat, sexual, self_harm, profanity: what is written here is known or said to be unknown.
KNOWN = ("toxic", "hate", "harassment", "threat", "sexual", "self_harm", "profanity")
# What a section's classes leave open: hate may be harassment too, and abuse is often rude.
OPEN = {
    "hate": ("harassment", "profanity"),
    "toxic": ("harassment", "profanity"),
    "harassment": ("profanity", "threat", "self_harm"),
    "threat": ("harassment", "profanity"),
    "sexual": ("profanity", "harassment"),
    "self_harm": ("toxic",),
}
_SLOT = re.compile(r"\{(an )?(\w+?)(2?)\}")
# Where a file has no line of its own for the rare classes, nobody should read much into it.
EACH = 10


class BadGrammar(Exception):
    """A contrast file that cannot be read: file, line and what is wrong."""


@dataclass(frozen=True)
class Case:
    """One sentence. `section`: what it probes; `classes`: 0 or 1 for those known; `template`: what it was made from."""

    text: str
    language: str
    section: str
    classes: Mapping[str, int]
    template: str


@dataclass
class _Grammar:
    columns: tuple[str, ...]
    groups: list[tuple[str, ...]]
    words: dict[str, list[str]]
    sections: list[tuple[str, dict[str, int], list[str]]]


def languages() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def cases(*, each: int = EACH, only: frozenset[str] | None = None) -> Iterator[Case]:
    """All sentences of all languages (or of `only` some), `each` template filled at most that often. Raises
    BadGrammar."""
    for language in languages():
        if only is not None and language not in only:
            continue
        grammar = _read(FOLDER / f"{language}.txt")
        for section, classes, templates in grammar.sections:
            for template in templates:
                rng = random.Random(zlib.crc32(f"{language}:{template}".encode()))
                texts = {_filled(template, grammar, rng) for _ in range(each if "{" in template else 1)}
                for text in sorted(texts):
                    yield Case(text, language, section, classes, f"{language}:{section}:{template}")


def _read(path: Path) -> _Grammar:
    grammar = _Grammar((), [], {}, [])
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("@ "):
            grammar.columns = tuple(line[2:].split())
        elif line.startswith("= "):
            name, _, told = line[2:].partition(":")
            grammar.words[name.strip()] = [word.strip() for word in told.split("|")]
        elif line.startswith("## "):
            name, _, told = line[3:].partition("|")
            grammar.sections.append((name.strip(), _classes(told.split()), []))
        elif grammar.sections:
            grammar.sections[-1][2].append(line)
        else:
            forms = tuple(form.strip() for form in line.split("|"))
            if len(forms) != len(grammar.columns):
                raise BadGrammar(f"{path.name}, line {number}: {len(forms)} forms for {len(grammar.columns)} columns")
            grammar.groups.append(forms)
    return grammar


def _classes(told: list[str]) -> dict[str, int]:
    positive = [name for name in told if name in KNOWN]
    if "hate" in positive and "toxic" not in positive:
        positive.append("toxic")
    unknown = {name[1:] for name in told if name.startswith("?")}
    for name in positive:
        unknown.update(OPEN.get(name, ()))
    return {name: int(name in positive) for name in KNOWN if name in positive or name not in unknown}


def _filled(template: str, grammar: _Grammar, rng: random.Random) -> str:
    group, other = rng.sample(grammar.groups, 2) if len(grammar.groups) > 1 else ((), ())

    def word(match: re.Match[str]) -> str:
        article, name, second = match.groups()
        if name in grammar.columns:
            told = (other if second else group)[grammar.columns.index(name)]
        else:
            try:
                told = rng.choice(grammar.words[name])
            except KeyError:
                raise BadGrammar(f"no words {{{name}}} for: {template}") from None
        if article:
            told = ("an " if told[0] in "aeiou" else "a ") + told
        return told

    text = _SLOT.sub(word, template)
    # A sentence begins with a capital, also after a full stop; "{slur}" at the start of one is no exception.
    return re.sub(r"(^|[.!?] )([^\W\d_])", lambda found: found.group(1) + found.group(2).upper(), text)


# Lists of the grammars that name nothing hostile.
_MILD = frozenset({"good", "goodadj", "love", "job", "thing", "who", "said", "think"})


def hostile_words() -> frozenset[str]:
    """The words of the grammars' hostile lists and of their groups: what people hide when they abuse somebody."""
    found: set[str] = set()
    for language in languages():
        grammar = _read(FOLDER / f"{language}.txt")
        told = [word for name, words in grammar.words.items() if name not in _MILD for word in words]
        for word in [*told, *(form for forms in grammar.groups for form in forms)]:
            found.update(part for part in re.findall(r"[^\W\d_]+", word.casefold()))
    return frozenset(found)
