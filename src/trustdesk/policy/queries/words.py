"""Word lists as the console shows them: versions, pages of words with where each comes from, a word against history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustdesk import engine
from trustdesk.content import queries as content
from trustdesk.engine.folding import fold_phrase
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import names_of
from trustdesk.policy.diffs import Difference, between_lists
from trustdesk.policy.marking import Piece, cut
from trustdesk.policy.models import ListAddition, State, WordList, WordListVersion
from trustdesk.policy.queries.desk import VersionView, can_go_back, chosen, compared_with, named_lists, views
from trustdesk.policy.queries.rulesets import list_of, live_content
from trustdesk.policy.wordlists import Entry, WordListText, key_of

PAGE = 100  # words of one page
MOST_ITEMS = 10_000  # items a word is tried on
_SAMPLES, _AROUND = 10, 70
# A word hits very much when it is in more than one item of a hundred, and in five at least.
MUCH, MUCH_ITEMS = 0.01, 5
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["item"],
    "properties": {"item": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}},
}


@dataclass(frozen=True)
class ListRow:
    """One word list: what is live of it, and what waits."""

    name: str
    intro: str
    entries: int
    languages: tuple[str, ...]
    read_by: tuple[str, ...]
    live: VersionView | None
    open: tuple[VersionView, ...]


@dataclass(frozen=True)
class ListView:
    """One version of a word list. `source` and `why` are its author's; `report` what an import made of its lines."""

    name: str
    version: VersionView
    versions: tuple[VersionView, ...]
    words: WordListText
    read_by: tuple[str, ...]
    difference: Difference | None
    compared_with: int
    can_go_back: bool
    source: str = ""
    why: str = ""
    report: Mapping[str, Any] | None = None

    @property
    def live_number(self) -> int:
        """The number of the live version, 0 for none."""
        return next((each.number for each in self.versions if each.state == State.LIVE), 0)


@dataclass(frozen=True)
class Provenance:
    """Who brought a word into the list, when, in which version, from where and why. `first`: it was there from the start."""

    number: int
    author: str
    at: datetime
    source: str
    why: str
    first: bool = False


@dataclass(frozen=True)
class WordView:
    entry: Entry
    came: Provenance


@dataclass(frozen=True)
class WordPage:
    """Words of a version, `page` of `pages` from 1; `found` counts those that match what was searched."""

    words: tuple[WordView, ...]
    page: int
    pages: int
    found: int
    query: str


@dataclass(frozen=True)
class HistorySample:
    item: content.ItemView
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class HistoryTest:
    """Words against the newest stored items: how many hold one, which words most, and a few to look at."""

    words: int
    items: int
    hits: int
    most: tuple[tuple[str, int], ...]
    samples: tuple[HistorySample, ...]

    @property
    def share(self) -> float:
        return self.hits / self.items if self.items else 0.0

    @property
    def much(self) -> bool:
        return self.hits >= MUCH_ITEMS and self.share > MUCH


def word_lists() -> list[ListRow]:
    """All lists by name; two queries."""
    open_versions: dict[str, list[WordListVersion]] = {}
    rows = WordListVersion.objects.exclude(state__in=[State.SUPERSEDED, State.ROLLED_BACK]).order_by("-number")
    for version in rows.defer("text", "report").select_related("word_list"):
        open_versions.setdefault(version.word_list.name, []).append(version)
    told = views(each for group in open_versions.values() for each in group)
    in_force = live_content()
    empty = WordListText("", (), "", "")
    return [
        ListRow(
            name=name,
            intro=words.intro,
            entries=len(words.entries),
            languages=words.languages,
            read_by=_readers(name),
            live=next((told[each.id] for each in group if each.state == State.LIVE), None),
            open=tuple(told[each.id] for each in group if each.state != State.LIVE),
        )
        for name, group in sorted(open_versions.items())
        for words in [in_force.lists.get(name, empty)]
    ]


def word_list_view(name: str, number: int | None = None) -> ListView:
    """One version of a list; without a number the live one, else the newest. Raises NoSuchVersion."""
    word_list = WordList.objects.filter(name=name).first()
    rows = list(word_list.versions.defer("text").order_by("-number")) if word_list else []
    version = chosen(rows, number)
    live = next((each for each in rows if each.state == State.LIVE), None)
    other = compared_with(rows, version, live)
    words = list_of(name, version.text)
    old = list_of(name, other.text) if other else None
    told = views(rows)
    return ListView(
        name=name,
        version=told[version.id],
        versions=tuple(told[each.id] for each in rows),
        words=words,
        read_by=_readers(name),
        difference=between_lists(old, words) if old and old.text != words.text else None,
        compared_with=other.number if other else 0,
        can_go_back=live is not None and can_go_back(rows, live),
        source=version.source,
        why=version.why,
        report=version.report or None,
    )


def words_of_list(name: str, number: int, *, query: str = "", page: int = 1) -> WordPage:
    """A page of a version's words, those that hold `query` once both are folded. Raises NoSuchVersion."""
    rows = list(WordListVersion.objects.filter(word_list__name=name).defer("text", "report").order_by("-number"))
    version = chosen(rows, number)
    entries: Sequence[Entry] = list_of(name, version.text).entries
    wanted = fold_phrase(query)
    if query.strip():
        plain = query.strip().casefold()
        entries = [
            each for each in entries if plain in each.text.casefold() or (wanted and wanted in fold_phrase(each.text))
        ]
    pages = max(1, -(-len(entries) // PAGE))
    page = max(1, min(page, pages))
    shown = entries[(page - 1) * PAGE : page * PAGE]
    came = provenance_of(rows, version, [each.text for each in shown])
    told = tuple(WordView(each, came[each.text]) for each in shown)
    return WordPage(told, page, pages, len(entries), query.strip())


def provenance_of(
    rows: Iterable[WordListVersion], version: WordListVersion, words: Sequence[str]
) -> dict[str, Provenance]:
    """Where each word of a version comes from: the newest version it was begun from that added it.

    A word that no version of that line added was there from its start. Three queries.
    """
    by_number = {each.number: each for each in rows}
    line = [version]
    while line[-1].base in by_number and line[-1].base < line[-1].number:
        line.append(by_number[line[-1].base])
    ids = {each.id: each for each in line}
    keys = {key_of(word): word for word in words}
    found: dict[str, ListAddition] = {}
    for addition in ListAddition.objects.filter(version_id__in=ids, key__in=keys):
        kept = found.get(addition.key)
        if kept is None or ids[addition.version_id].number > ids[kept.version_id].number:
            found[addition.key] = addition
    names = names_of({each.author for each in line})
    told: dict[str, Provenance] = {}
    for key, word in keys.items():
        row = found.get(key)
        brought = ids[row.version_id] if row else line[-1]
        told[word] = Provenance(
            number=brought.number,
            author=names.get(brought.author, ""),
            at=brought.made_at,
            source=(row.source if row else "") or brought.source,
            why=(row.why if row else "") or brought.why,
            first=brought is line[-1] and not brought.base,
        )
    return {word: told[keys[key_of(word)]] for word in words}


def added_words(name: str, number: int) -> list[str]:
    """The words a version adds to the one it is compared with. Raises NoSuchVersion."""
    rows = list(WordListVersion.objects.filter(word_list__name=name).defer("text", "report").order_by("-number"))
    version = chosen(rows, number)
    live = next((each for each in rows if each.state == State.LIVE), None)
    other = compared_with(rows, version, live)
    before = list_of(name, other.text).keys if other else {}
    return [entry.text for key, entry in list_of(name, version.text).keys.items() if key not in before]


def words_in_history(words: Iterable[str], *, actor: Actor, most: int = 2_000) -> HistoryTest:
    """Try words on the newest items one may see, exactly as a rule would find them: whole words, disguised or not."""
    phrases = [word for word in dict.fromkeys(words) if fold_phrase(word)]
    texts = [
        each
        for each in content.newest_texts(max(1, min(most, MOST_ITEMS)))
        if actor.may("items.read", market=each.item.market)
    ]
    if not phrases or not texts:
        return HistoryTest(len(phrases), len(texts), 0, (), ())
    rule = {"name": "word", "when": 'has_any(item.text, list("words"))', "then": "flag"}
    plan = engine.compile([{"code": "trial", "rules": [rule]}], _SCHEMA, {"words": phrases})
    verdicts = plan.run([{"item": {"text": each.text}} for each in texts])
    counts: dict[str, int] = {}
    samples: list[HistorySample] = []
    hits = 0
    by_fold = {fold_phrase(word): word for word in phrases}
    for each, verdict in zip(texts, verdicts, strict=True):
        if not verdict.hits:
            continue
        hits += 1
        evidence = verdict.hits[0].evidence
        # Evidence is as it was written: a disguised word is told as it stands there, unless there was only one to find.
        found = {by_fold.get(fold_phrase(piece.text), piece.text) for piece in evidence}
        for word in found if len(phrases) > 1 else phrases:
            counts[word] = counts.get(word, 0) + 1
        if len(samples) < _SAMPLES:
            spans = [(piece.start, piece.end) for piece in evidence]
            samples.append(HistorySample(each.item, tuple(_around(each.text, spans))))
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return HistoryTest(len(phrases), len(texts), hits, tuple(ordered[:20]), tuple(samples))


def _around(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """The first find with a few words on both sides."""
    start, end = spans[0] if spans else (0, 0)
    low, high = max(0, start - _AROUND), min(len(text), max(end, start) + _AROUND)
    marks = [(max(a, low) - low, min(b, high) - low, 1, "reject") for a, b in spans if a < high and b > low]
    found = cut(text[low:high], marks)
    return [Piece("…"), *found] if low else found


def _readers(name: str) -> tuple[str, ...]:
    in_force = live_content()
    return tuple(entry.code for entry in in_force.policies if name in named_lists(entry.document, [name]))
