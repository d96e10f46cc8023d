"""Keeping what is searched in step with what is published, and the vocabulary that questions are read by."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

from trustdesk.knowledge import lexemes
from trustdesk.knowledge.models import ArticleVersion, Document, Shelf
from trustdesk.knowledge.rendering import render

# PostgreSQL's stemmers by language; a language without one is looked up by its words as they stand.
_STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
_MOST_KEPT = 16
_kept: "OrderedDict[tuple[UUID, int], lexemes.Vocabulary]" = OrderedDict()
_lock = threading.Lock()


def stems_of(words: Iterable[str], language: str) -> dict[str, str]:
    """Each word's stem, "" for one that carries nothing in this language; {} where it has no stemmer. One query."""
    name = _STEMMERS.get(language.split("-", maxsplit=1)[0])
    asked = list(dict.fromkeys(words))
    if name is None or not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT w, ts_lexize(%s, w) FROM unnest(%s::text[]) AS w", [f"{name}_stem", asked])
        return {word: (found[0] if found else "") for word, found in cursor.fetchall() if found is not None}


def stems_anywhere(words: Iterable[str]) -> dict[str, list[str]]:
    """The lexemes (“en~remov”) by which each word may stand in a text of any language that has a stemmer. One query."""
    asked = list(dict.fromkeys(words))
    found: dict[str, list[str]] = {word: [] for word in asked}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT w, s.code, ts_lexize(s.name::regdictionary, w) FROM unnest(%s::text[]) AS w, "
                "unnest(%s::text[], %s::text[]) AS s(code, name)",
                [asked, list(_STEMMERS), [f"{name}_stem" for name in _STEMMERS.values()]],
            )
            for word, code, stems in cursor.fetchall():
                found[word] += [f"{code}~{stem}" for stem in stems or ()]
    return found


def shelve(version: ArticleVersion) -> None:
    """Make what is searched for a version that was just published. Runs in the caller's transaction."""
    made = render(version.body)
    parts = {
        "A": version.title,
        "B": f"{version.keywords}\n{version.summary}",
        "C": "\n".join(heading.title for heading in made.toc),
        "D": made.text,
    }
    words = list(dict.fromkeys(word for text in parts.values() for word in lexemes.words_of(text)))[
        : lexemes.MOST_WORDS
    ]
    stems = stems_of(words, version.language)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_document AS d (id, article_id, language, title, summary, words, vector) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s::tsvector) ON CONFLICT (article_id, language) DO UPDATE SET "
            "title = excluded.title, summary = excluded.summary, words = excluded.words, vector = excluded.vector",
            [
                version.id,
                version.article_id,
                version.language,
                version.title,
                version.summary,
                words,
                lexemes.vector(parts, language=version.language, stems=stems),
            ],
        )
    turn([version.language])


def unshelve(article_id: UUID) -> None:
    """Take an article out of what is searched. Runs in the caller's transaction."""
    languages = list(Document.objects.filter(article_id=article_id).values_list("language", flat=True))
    Document.objects.filter(article_id=article_id).delete()
    turn(languages)


def turn(languages: Iterable[str]) -> None:
    """Say that the documents or synonyms of these languages changed. In order, so that two who change both wait in line."""
    with connection.cursor() as cursor:
        for language in sorted(set(languages)):
            cursor.execute(
                "INSERT INTO knowledge_shelf AS s (id, language, number, synonyms, version) "
                "VALUES (gen_random_uuid(), %s, 1, '[]', 0) "
                "ON CONFLICT (language) DO UPDATE SET number = s.number + 1",
                [language],
            )


def vocabulary(language: str) -> lexemes.Vocabulary:
    """The words of a language as they stand now: one small query, all of them when something changed since."""
    row = Shelf.objects.filter(language=language).values_list("id", "number", "synonyms").first()
    if row is None:
        return lexemes.Vocabulary(language)
    key = (row[0], row[1])
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w, count(*) FROM knowledge_document d, unnest(d.words) w WHERE d.language = %s GROUP BY w",
            [language],
        )
        counts: dict[str, int] = dict(cursor.fetchall())
    found = lexemes.Vocabulary(
        language=language,
        documents=Document.objects.filter(language=language).count(),
        counts=counts,
        stems=_by_stem(counts, language),
        synonyms=lexemes.folded_groups(row[2]),
    )
    with _lock:
        _kept[key] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _by_stem(counts: Mapping[str, int], language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for word, stem in stems_of(counts, language).items():
        if stem:
            found[stem] = found.get(stem, 0) + counts[word]
    return found
