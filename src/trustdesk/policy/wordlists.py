"""Word lists: one entry a line, `#` starts a comment line, `# lang: id` says the language of what follows. Pure."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from trustdesk.engine.folding import fold_phrase
from trustdesk.engine.problems import Problem
from trustdesk.policy import yamltext
from trustdesk.policy.reading import Source

NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
LONGEST = 4_000_000  # characters of one list
LONGEST_ENTRY = 200
MOST_ENTRIES = 200_000
LANGUAGE_LINE = re.compile(r"#\s*lang:\s*(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """A word or phrase; `language` is empty where the list does not say."""

    text: str
    language: str
    line: int


@dataclass(frozen=True)
class WordListText:
    """A list as written. `intro` is the comment at its head, for people."""

    name: str
    entries: tuple[Entry, ...]
    intro: str
    text: str

    @property
    def phrases(self) -> tuple[str, ...]:
        return tuple(entry.text for entry in self.entries)

    @cached_property
    def keys(self) -> dict[str, Entry]:
        """Entries by what they find: two that share a key find the same words; the last of them stands here."""
        return {key: entry for entry in self.entries if (key := key_of(entry.text))}

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.language for entry in self.entries if entry.language))


def key_of(entry: str) -> str:
    """32 hex digits that two entries share when they find the same words; "" for one that finds nothing."""
    folded = fold_phrase(entry)
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest() if folded else ""


def parse_list(name: str, text: str, *, file: str = "") -> tuple[WordListText, tuple[Problem, ...]]:
    """Read a list. Repeated entries are warnings; control characters and over-long entries are errors."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source(text, file or f"lists/{name}.txt")
    if not re.fullmatch(NAME, name):
        source.wrong("a list's name has small letters, digits and single hyphens, such as contact-words", 0)
    at = yamltext.forbidden_at(text)
    if at is not None:
        source.wrong(f"the character U+{ord(text[at]):04X} is not allowed", at)
    elif len(text) > LONGEST:
        source.wrong(f"the list is longer than {LONGEST:,} characters", 0)
    if source.problems:
        return WordListText(name, (), "", text), tuple(source.problems)
    entries: list[Entry] = []
    intro: list[str] = []
    seen: set[str] = set()
    language, offset = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        word = line.strip()
        if found := LANGUAGE_LINE.fullmatch(word):
            language = found[1].lower()
        elif word.startswith("#"):
            if not entries and not language:
                intro.append(word.lstrip("# "))
        elif word:
            key = unicodedata.normalize("NFKC", word).casefold()
            if len(word) > LONGEST_ENTRY:
                source.wrong(f"an entry longer than {LONGEST_ENTRY} characters", offset)
            elif not any(char.isalnum() for char in word) and not fold_phrase(word):  # a pictograph is a word
                source.wrong("an entry needs a letter or a digit", offset)
            elif key in seen:
                source.wrong(f"{word[:60]!r} is there twice", offset, severity="warning")
            else:
                seen.add(key)
                entries.append(Entry(word, language, number))
        offset += len(line) + 1
    if len(entries) > MOST_ENTRIES:
        source.wrong(f"more than {MOST_ENTRIES:,} entries", 0)
    return WordListText(name, tuple(entries), " ".join(intro), text), tuple(source.problems)
