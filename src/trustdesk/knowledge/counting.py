"""What readers read, asked and found helpful: counts, without who.

These are not @actions: they are figures about use, not changes of the desk. What floods them is bounded.
"""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.knowledge.lexemes import asked as words_asked
from trustdesk.knowledge.models import Asked, Offered, Read, Vote

# Kept so long: figures are of the last weeks and of a year of reading.
_ASKED_KEPT = timedelta(days=90)
_ONCE_KEPT = timedelta(days=14)  # what was asked a single time
_READ_KEPT = timedelta(days=400)
_MOST_NEW_A_DAY = 20_000  # different questions of one day and language; a flood beyond is not kept
MOST_SAID = 1_000
_DIGITS = re.compile(r"\d{3,}")


def note_read(*, article_id: UUID, language: str, now: datetime) -> None:
    """Somebody opened an article."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_read AS r (id, article_id, language, day, times) VALUES (%s, %s, %s, %s, 1) "
            "ON CONFLICT (article_id, language, day) DO UPDATE SET times = r.times + 1",
            [uuid7(), article_id, language, now.date()],
        )


def kept_words(text: str) -> str:
    """A question as it is counted: folded, without addresses and longer numbers; "" for nothing."""
    without = " ".join(part for part in text[:300].split() if "@" not in part and "://" not in part)
    return " ".join(word for word in words_asked(without) if not _DIGITS.search(word))[:80].strip()


def note_asked(*, text: str, language: str, found: int, now: datetime) -> None:
    """Somebody searched; `found` articles were shown."""
    words = kept_words(text)
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_asked AS a (id, day, language, words, times, found, opened) "
            "SELECT %s, %s, %s, %s, 1, %s, 0 WHERE EXISTS (SELECT 1 FROM knowledge_asked WHERE day = %s AND language = %s "
            "AND words = %s) OR (SELECT count(*) FROM (SELECT 1 FROM knowledge_asked WHERE day = %s AND language = %s "
            "LIMIT %s) AS t) < %s "
            "ON CONFLICT (day, language, words) DO UPDATE SET times = a.times + 1, found = excluded.found",
            [
                *(uuid7(), now.date(), language, words, found),
                *(now.date(), language, words),
                *(now.date(), language, _MOST_NEW_A_DAY, _MOST_NEW_A_DAY),
            ],
        )


def note_opened(*, text: str, language: str, now: datetime) -> None:
    """An article was opened from the list of what was found."""
    words = kept_words(text)
    if words:
        Asked.objects.filter(day=now.date(), language=language, words=words, opened__lt=F("times")).update(
            opened=F("opened") + 1
        )


def note_offered(*, language: str, now: datetime, answered: bool = False, sent: bool = False) -> None:
    """Somebody who was about to write to the desk was offered pages; or then said that one answered it; or wrote anyway."""
    name = "answered" if answered else "sent" if sent else "times"
    Offered.objects.bulk_create([Offered(day=now.date(), language=language)], ignore_conflicts=True)
    Offered.objects.filter(day=now.date(), language=language).update(**{name: F(name) + 1})


def reader_mark(address: str, *, now: datetime) -> str:
    """A reader's mark of one day: cannot be traced back to the address, nor joined with another day's."""
    return salted_hmac("knowledge.reader", f"{now.date()}:{address}", algorithm="sha256").hexdigest()


def vote(
    *, article_id: UUID, language: str, number: int, reader: str, helped: bool, said: str = "", now: datetime
) -> None:
    """A reader's word on an article; said again, the newer counts. Raises Invalid."""
    said = said.strip()
    if len(said) > MOST_SAID or "\0" in said:
        raise Invalid(
            "That is too long.",
            fields={"said": gettext("At most %(n)s characters.") % {"n": f"{MOST_SAID:,}"}},
        )
    Vote.objects.update_or_create(
        article_id=article_id,
        language=language,
        reader=reader,
        defaults={"number": number, "helped": helped, "said": said, "at": now},
        create_defaults={"id": uuid7(), "number": number, "helped": helped, "said": said, "at": now},
    )


def forget_old(*, now: datetime) -> None:
    """Delete counts grown old. The worker calls it."""
    today = now.date()
    Asked.objects.filter(day__lt=today - _ASKED_KEPT).delete()
    Asked.objects.filter(day__lt=today - _ONCE_KEPT, times=1).delete()
    Read.objects.filter(day__lt=today - _READ_KEPT).delete()
    Offered.objects.filter(day__lt=today - _READ_KEPT).delete()
