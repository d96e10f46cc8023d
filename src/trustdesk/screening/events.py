"""From a checked submission to the event the engine reads, and its questions to answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trustdesk.content.queries import AccountView
from trustdesk.engine import MISSING, UNKNOWN, Plan, Read, Request
from trustdesk.engine.nodes import COST_CLASSES
from trustdesk.screening import likening
from trustdesk.screening.noting import Noted, counter_of
from trustdesk.screening.pictures import Picture, Uses, uses_of, words_of
from trustdesk.screening.rules import Segment, all_words, item_values, joined_words
from trustdesk.screening.submissions import Checked
from trustdesk.signals import actions as signal_memory
from trustdesk.signals import queries as signals
from trustdesk.signals.queries import declared, result_key


@dataclass(frozen=True)
class Prepared:
    """A submission with the event made of it. `owner` names the item, `account_key` its account, in signals' memory."""

    checked: Checked
    event: dict[str, Any]
    text: str
    segments: tuple[Segment, ...]
    digest: bytes
    owner: str
    account_key: str
    own_words: str  # `text` without what was read in pictures
    pictures: Sequence[Picture] = ()
    uses: Mapping[tuple[str, str], Uses] = field(default_factory=dict)


def prepare(
    checked: Checked,
    *,
    known: AccountView | None,
    amounts: Mapping[str, float],
    now: datetime,
    pictures: Sequence[Picture] = (),
    plan: Plan | None = None,
    strikes: int = 0,
) -> Prepared:
    """Build the event. What nobody told is left out, so that the engine sees it as missing.

    `amounts` are those of the item's market in the ruleset that judges, which may not be the newest any more. With
    `pictures`, `plan` is that ruleset's. `strikes`: those of the account that are in force now.
    """
    text, segments = all_words(checked.title, checked.body, checked.declared, words_of(pictures))
    own_words = joined_words(checked.title, checked.body, checked.declared)
    account = checked.account
    registered = account.registered_at or (known.registered_at if known else None)
    owner = f"{checked.source}/{checked.kind}/{checked.external_id}"
    account_key = f"{checked.source}/{account.external_id}"
    told = {
        "id": account_key,
        "age": max(0.0, (now - registered).total_seconds()) if registered else None,
        "name": account.name or (known.name if known else ""),
        "kind": account.kind or (known.kind if known else ""),
        "verified": account.verified if account.verified is not None else (known.verified if known else None),
        "country": account.country or (known.country if known else ""),
        "language": account.language or (known.language if known else ""),
        "followers": account.followers if account.followers is not None else (known.followers if known else None),
        "strikes": strikes,
        "items_posted": (known.items_posted if known else 0) + 1,
    }
    event = {
        "item": item_values(
            owner=owner,
            kind=checked.kind,
            market=checked.market.code,
            language=checked.language,
            url=checked.url,
            title=checked.title,
            body=checked.body,
            text=text,
            price=checked.price,
            currency=checked.currency,
            category=checked.category,
            media=len(checked.media),
            declared=checked.declared,
            pictures=pictures,
        ),
        "account": {name: value for name, value in told.items() if value not in (None, "")},
        "now": now,
        "market": amounts,
    }
    return Prepared(
        checked=checked,
        event=event,
        text=text,
        segments=segments,
        digest=signal_memory.digest_of(own_words) if own_words else b"",
        owner=owner,
        account_key=account_key,
        own_words=own_words,
        pictures=pictures,
        uses=uses_of(plan) if pictures and plan is not None else {},
    )


def answer(read: Read, prepared: Sequence[Prepared], noted: Sequence[Noted], *, now: datetime) -> dict[Request, Any]:
    """Answer what the plan asks about these events (`read`, in the order of `prepared`): lookups from what signals
    remember, other signals from the results that were kept.

    Velocity and similarity are those of the submission, also when it is judged again; banks are asked as they are now.
    What banks find of a picture is noted with it: `prepared[…].pictures` is written to.
    """
    answers: dict[Request, Any] = {}
    rates: list[tuple[Request, signals.RateQuestion]] = []
    seen: list[tuple[Request, signals.SeenQuestion]] = []
    banked: list[tuple[Request, signal_memory.BankQuestion]] = []
    bands: list[tuple[Request, signals.BandQuestion]] = []
    others: list[tuple[Request, tuple[str, str, str]]] = []
    alike: list[tuple[Request, Prepared, Noted]] = []
    for request in read.needs():
        entry, mine = prepared[request.event], noted[request.event]
        if request.name in likening.LOOKUPS:
            saw = mine.saw.get(request.key)
            if isinstance(saw, int | float):
                answers[request] = saw
            else:
                alike.append((request, entry, mine))
        elif request.name in {"rate", "seen"}:
            saw = mine.saw.get(request.key)
            if isinstance(saw, int | float):
                answers[request] = saw
            elif request.name == "seen" and not request.arguments["value"].strip():
                answers[request] = MISSING
            elif request.name == "rate":
                rates.extend((request, question) for question in _rate(request, mine))
            else:
                seen.extend((request, question) for question in _seen(request, entry, mine))
        elif request.name == "in_bank":
            values = request.arguments["value"]
            texts = _apart(values, entry) if isinstance(values, str) else tuple(v for v in values if isinstance(v, str))
            banked.append((request, signal_memory.BankQuestion(str(request.arguments["bank"]), texts, entry.owner)))
        elif request.name == "band":
            bands.append((request, _band(request)))
        else:
            others.append((request, result_key(request.name, request.version, request.arguments)))
    for (request, _), count in zip(rates, signals.rates([question for _, question in rates]), strict=True):
        answers[request] = count
    batch = noted[0].batch if noted else ()
    for (request, _), count in zip(seen, signals.seen([question for _, question in seen], batch=batch), strict=True):
        answers[request] = count
    answers |= likening.answer(alike)
    matched = signal_memory.matched(questions=[q for _, q in banked], now=now)
    for (request, question), one in zip(banked, matched, strict=True):
        if one.answer is not UNKNOWN:
            answers[request] = one.answer
        for picture in prepared[request.event].pictures:
            if nearest := one.found.get(picture["digest"]):
                picture.setdefault("banks", {})[question.bank] = [str(nearest[0]), nearest[1]]
    for (request, _), score in zip(bands, signals.bands([question for _, question in bands]), strict=True):
        if score is not None:
            answers[request] = score
    if others:
        kept = signals.cached(key for _, key in others)
        answers |= {request: kept[key] for request, key in others if key in kept}
    return answers


def _apart(value: str, entry: Prepared) -> tuple[str, ...]:
    """All words as two texts where a picture has some: what is like a known text must not be diluted by the other."""
    if value != entry.text or entry.own_words == entry.text:
        return (value,)
    return tuple(text for text in (entry.own_words, entry.text.removeprefix(entry.own_words).strip("\n")) if text)


def _rate(request: Request, mine: Noted) -> Iterator[signals.RateQuestion]:
    """Nothing where nobody can be told, or counts are not kept for so long: that is unknown."""
    asked, window = counter_of(request), float(request.arguments["per"])
    if asked is not None and 0 < window <= signals.LONGEST:
        yield signals.RateQuestion(*asked, window=window, at=mine.at, place=mine.places.get(asked))


def _seen(request: Request, entry: Prepared, mine: Noted) -> Iterator[signals.SeenQuestion]:
    value, window = request.arguments["value"], float(request.arguments["within"])
    if 0 < window <= signals.LONGEST:
        # Of all words those of its own: the same ad with another picture was seen before.
        digest = entry.digest if value == entry.text else signal_memory.digest_of(value)
        yield signals.SeenQuestion(digest, entry.owner, window, at=mine.at, before=mine.again, own=mine.text)


def _band(request: Request) -> signals.BandQuestion:
    said = request.arguments
    target = "precision" if said.get("precision") is not None else "recall"
    return signals.BandQuestion(
        label=str(said["label"]),
        target=target,
        share=float(said[target]),
        market=str(said.get("market") or ""),
        language=str(said.get("language") or ""),
    )


def ask(read: Read, answers: dict[Request, Any], prepared: Sequence[Prepared], *, now: datetime) -> None:
    """Add to `answers` what declared signals say where verdicts are still open, the cheapest first: what they say may
    leave nothing for the dear ones to change. The score of all words is the higher of that of the item's own words and
    of those in its pictures: neither dilutes the other."""
    able = declared()
    asked: set[Request] = set()
    while still_open := [request for request in read.needs(answers) if request.name in able and request not in asked]:
        cheapest = min(COST_CLASSES.index(request.cost) for request in still_open)
        wave = [request for request in still_open if COST_CLASSES.index(request.cost) == cheapest]
        asked.update(wave)
        by_signal: dict[str, list[Request]] = {}
        for request in wave:
            by_signal.setdefault(request.name, []).append(request)
        for name, mine in by_signal.items():
            parts = [_questions(request, prepared[request.event]) for request in mine]
            told = iter(signal_memory.ask(name=name, questions=[each for part in parts for each in part], now=now))
            for request, part in zip(mine, parts, strict=True):
                said = [next(told) for _ in part]
                if UNKNOWN not in said:
                    answers[request] = said[0] if len(said) == 1 else max(said, key=lambda score: score or 0.0)


def _questions(request: Request, entry: Prepared) -> list[dict[str, Any]]:
    asked = dict(request.arguments)
    if request.name != "score" or not isinstance(asked.get("text"), str):
        return [asked]
    return [asked | {"text": text} for text in _apart(asked["text"], entry)]
