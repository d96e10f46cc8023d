"""Personal data: how well `engine.entities.personal` finds its spans. Nothing is trained; rules and checksums decide.

The rules were written while looking at templates with an even number only; every figure is told of the odd ones.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from trustdesk.engine.entities.personal import personal_spans
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.measures import Figure

NAME = "pii"
# The corpus' names of what is looked for. Names, addresses, ages, dates and driver's licences are not.
TYPES = {
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "id",
    "DOMAIN_NAME": "url",
    "IP_ADDRESS": "ip",
}
# What the figure that counts is told of; addresses of machines are told apart.
COUNTED = ("phone", "email", "card", "iban", "id", "url")
AIM = 0.90

Span = tuple[int, int, str]


def evaluate(corpus: Corpus) -> list[Figure]:
    """Span-F1 (a span counts when start, end and type are right), all counted types together and each alone."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for row in held_out(corpus.rows("pii")):
        gold = {span for span in _labelled(row) if span[2] in TYPES.values()}
        found = {(span.start, span.end, span.type) for span in personal_spans(row.text)}
        for counter, spans in ((right, gold & found), (said, found), (there, gold)):
            counter.update(kind for *_, kind in spans)

    def f1(kinds: Iterable[str]) -> float:
        kinds = list(kinds)
        total = sum(said[kind] + there[kind] for kind in kinds)
        return 2 * sum(right[kind] for kind in kinds) / total if total else float("nan")

    whole = Figure(NAME, "span-F1", f1(COUNTED), sum(there[kind] for kind in COUNTED), AIM, note="held-out templates")
    kinds = [kind for kind in (*COUNTED, "ip") if there[kind]]
    return [whole, *(Figure(NAME, f"span-F1 {kind}", f1([kind]), there[kind]) for kind in kinds)]


def held_out(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows whose template has an odd number: nobody looked at them."""
    return (row for row in rows if int(str(row.tags["template"]), 16) % 2)


def _labelled(row: Row) -> Iterator[Span]:
    for start, end, kind in row.tags["spans"]:
        yield int(start), int(end), TYPES.get(str(kind), "")
