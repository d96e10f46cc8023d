"""What cases are found by: the words of a case, kept in step by whoever writes in it, in the same transaction.

Folded and stemmed as help pages are. A case has one row, made anew from what it holds: so it is right after a merge, a split
and a reply that was taken back. Of a very long conversation the newest words are kept.
"""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from trustdesk.knowledge import queries as knowledge
from trustdesk.support.models import Case, CaseWords, Message, WordsRead

EDITION = 1  # of what is made here; a new one is read anew by `read_older`
MOST_WORDS, MOST_BYTES = 9_000, 120_000  # of a case's messages; as much again at most of its notes
_LONGEST = 40_000  # characters of one message
_MOST_MESSAGES = 300
_LAST_POSITION, _MOST_POSITIONS = 16_383, 256  # what a tsvector keeps
_BATCH = 200


def reword(row: Case) -> None:
    """Make a locked case's words anew. Two queries and a write, however long it is."""
    said = list(
        Message.objects.filter(case_id=row.id)
        .order_by("-no")
        .values_list("direction", "text", "author_name")[:_MOST_MESSAGES]
    )
    people = dict.fromkeys([row.name, row.address, *(name for _, _, name in said[:50])])
    parts = [
        ("A", [row.subject, str(row.number)]),
        ("B", [one for one in people if one]),
        ("C", [text for direction, text, _ in said if direction != "note"]),
        ("D", [text for direction, text, _ in said if direction == "note"]),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO support_casewords (case_id, words) VALUES (%s, %s::tsvector) "
            "ON CONFLICT (case_id) DO UPDATE SET words = excluded.words",
            [row.id, vector(parts, language=row.language)],
        )


def vector(parts: Iterable[tuple[str, list[str]]], *, language: str) -> str:
    """A `tsvector` as its type reads it, of texts by weight; none runs on into the next."""
    read = [(weight, knowledge.words_of(text[:_LONGEST])) for weight, text in _within_bounds(parts)]
    language = language or settings.LANGUAGE_CODE  # of a requester of whom nothing is known
    stems = knowledge.stems_of({word for _, words in read for word in words}, language)
    base = language.split("-", maxsplit=1)[0]
    places: dict[str, list[str]] = {}
    at = 0

    def put(lexeme: str, place: int, weight: str) -> None:
        known = places.setdefault(lexeme, [])
        if len(known) < _MOST_POSITIONS:
            known.append(f"{min(place, _LAST_POSITION)}{weight}")

    for weight, words in read:
        for place, word in enumerate(words, at + 1):
            put(word, place, weight)
            if stem := stems.get(word):
                put(f"{base}~{stem}", place, weight)
        for place, pair in knowledge.pairs_of(words):
            put(pair, at + 1 + place, weight)
        at += len(words) + 5
    return " ".join(f"{knowledge.quoted(lexeme)}:{','.join(found)}" for lexeme, found in places.items())


def _within_bounds(parts: Iterable[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    """The texts with their weights, until a part's share is used up: a tsvector holds a megabyte."""
    kept = []
    for weight, texts in parts:
        words = size = 0
        for text in texts:
            text = text[:_LONGEST]
            words, size = words + text.count(" ") + 1, size + len(text.encode())
            kept.append((weight, text))
            if words > MOST_WORDS or size > MOST_BYTES:
                break
    return kept


def read_older(*, now: object = None, limit: int = _BATCH) -> bool:  # noqa: ARG001  loops are called with `now`
    """Read cases that were there before their words were kept, newest first. True when there is more to read."""
    with transaction.atomic():
        WordsRead.objects.get_or_create(id=1)
        mark = WordsRead.objects.select_for_update(skip_locked=True).filter(id=1).first()
        if mark is None:  # another worker is at it
            return False
        if mark.edition != EDITION:
            mark.before, mark.done, mark.edition = None, False, EDITION
        if mark.done:
            return False
        rows = Case.objects.order_by("-id")
        if mark.before is not None:
            rows = rows.filter(id__lt=mark.before)
        # Whoever writes in a case holds it: we wait, and read what they leave.
        found = list(rows.select_for_update(of=("self",))[:limit])
        for row in found:
            reword(row)
        mark.done = len(found) < limit
        mark.before = found[-1].id if found else mark.before
        mark.save()
        return not mark.done


def all_read() -> bool:
    """Have all cases been read? One query."""
    return WordsRead.objects.filter(id=1, done=True, edition=EDITION).exists()


def words_kept(case_id: UUID) -> bool:
    return CaseWords.objects.filter(case_id=case_id).exists()
