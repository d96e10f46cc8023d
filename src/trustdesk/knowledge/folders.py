"""The help pages of a pack as files: `help/topics.yaml`, `help/synonyms.yaml`, `help/articles/<address>.<language>.md`.

The file of an article's first language also holds its settings, in the front matter between two lines of ---.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from trustdesk.knowledge.rules import Draft, Setting

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_WORDS = {"title", "summary", "keywords"}
_SETTINGS = {"topic", "kind", "audience", "review_days", "policies"}


class BadHelp(ValueError):
    """A file of the help pages cannot be read; the message names it."""


@dataclass(frozen=True)
class TopicText:
    """A topic as the pack names it."""

    code: str
    icon: str
    names: Mapping[str, str]
    about: Mapping[str, str]


@dataclass(frozen=True)
class ArticleText:
    """An article with its words by language; the first is the language it was written in."""

    setting: Setting
    words: Mapping[str, Draft]


@dataclass(frozen=True)
class HelpText:
    """Everything a pack says about help pages; all empty where it has none."""

    topics: tuple[TopicText, ...]
    synonyms: Mapping[str, tuple[tuple[str, ...], ...]]
    articles: tuple[ArticleText, ...]


def read_help(path: Path) -> HelpText:
    """The help pages of the pack at `path`. Raises BadHelp."""
    folder = path / "help"
    topics = tuple(_topic(one) for one in _yaml(folder / "topics.yaml", list))
    synonyms = {
        str(language): tuple(tuple(str(word) for word in group) for group in groups)
        for language, groups in _yaml(folder / "synonyms.yaml", dict).items()
    }
    files: dict[str, dict[str, Path]] = {}
    for file in sorted((folder / "articles").glob("*.md")):
        slug, _, language = file.name.removesuffix(".md").rpartition(".")
        if not slug:
            raise BadHelp(f"{file.name}: its name is <address>.<language>.md")
        files.setdefault(slug, {})[language] = file
    codes = {topic.code for topic in topics}
    articles = tuple(_article(slug, by_language, codes) for slug, by_language in files.items())
    return HelpText(topics, synonyms, articles)


def _yaml(file: Path, kind: type) -> Any:
    if not file.exists():
        return kind()
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or kind()
    except yaml.YAMLError as error:
        raise BadHelp(f"{file.name}: {error}") from error
    if not isinstance(found, kind):
        raise BadHelp(f"{file.name}: holds a {kind.__name__}")
    return found


def _topic(one: Mapping[str, Any]) -> TopicText:
    try:
        return TopicText(
            str(one["code"]), str(one.get("icon", "book")), dict(one["names"]), dict(one.get("about") or {})
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadHelp(f"topics.yaml: {one!r}: each has code, icon, names and about") from error


def _article(slug: str, files: Mapping[str, Path], topics: set[str]) -> ArticleText:
    parts = {language: _parts(file) for language, file in files.items()}
    mains = [language for language, (front, _) in parts.items() if _SETTINGS & front.keys()]
    if len(mains) != 1:
        raise BadHelp(f"{slug}: one of its files holds the settings ({', '.join(sorted(_SETTINGS))})")
    first = mains[0]
    front = parts[first][0]
    setting = Setting(
        slug=slug,
        language=first,
        kind=str(front.get("kind", "article")),
        audience=str(front.get("audience", "public")),
        topic=str(front.get("topic") or ""),
        review_days=int(front.get("review_days") or 0),
        policies=tuple(map(str, front.get("policies") or ())),
    )
    wrong = dict(setting.wrong)
    if setting.topic and setting.topic not in topics:
        wrong["topic"] = "There is no such topic."
    words = {}
    for language in [first, *sorted(parts.keys() - {first})]:
        told, body = parts[language]
        words[language] = Draft(
            title=str(told.get("title", "")),
            summary=str(told.get("summary") or ""),
            keywords=str(told.get("keywords") or ""),
            body=body.strip(),
        )
        wrong |= {f"{language}: {name}": said for name, said in words[language].wrong.items()}
    if wrong:
        raise BadHelp(f"{slug}: {wrong}")
    return ArticleText(setting, words)


def _parts(file: Path) -> tuple[dict[str, Any], str]:
    parts = _FRONT.match(file.read_text(encoding="utf-8"))
    if parts is None:
        raise BadHelp(f"{file.name}: begins with front matter between two lines of ---")
    try:
        front = yaml.safe_load(parts[1]) or {}
    except yaml.YAMLError as error:
        raise BadHelp(f"{file.name}: {error}") from error
    if not isinstance(front, dict) or (unknown := set(front) - _WORDS - _SETTINGS):
        raise BadHelp(
            f"{file.name}: unknown {', '.join(sorted(unknown)) if isinstance(front, dict) else 'front matter'}"
        )
    return front, parts[2]
