"""What was seen in an item's media: as a verdict keeps it, as rules read it, and where evidence points. Pure.

A picture is a plain JSON object, so that it can be kept with the verdict and read back for a replay:
{"n": its place among the media, from 1; "file", "digest", "look": ids or ""; "state": waiting, seen or refused; "reason";
"adult": 0 to 1 or null; "texts" and "codes": [{"line", "text", "box" or "at"}]; "failed": parts that could not say;
"banks": {bank: [entry, distance]}, what banks found when the verdict asked them}. A film also has "kind" (video, or live
for a stream), "seconds" and "adult_at" (the second of its highest score), a stream "stream": what it is up to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trustdesk.engine import UNKNOWN, Plan, nodes

Picture = dict[str, Any]
# What a picture may tell a rule beside its words, by the field that names it.
IMAGES, CODES, ADULT, UNSEEN, WORDS = "item.images", "item.codes", "item.adult", "item.unseen_media", "item.image_text"
MOST_WORDS = 20_000  # signs of all texts in an item's pictures that rules read


@dataclass(frozen=True)
class Words:
    """A line of text in a picture, or what a code says: `where` is what evidence adds to its place in the line."""

    field: str
    text: str
    where: Mapping[str, Any]


@dataclass(frozen=True)
class Uses:
    """What of the pictures a rule reads beside words."""

    banks: frozenset[str] = frozenset()
    adult: bool = False
    codes: bool = False
    unseen: bool = False


def waiting(pictures: Sequence[Picture]) -> bool:
    """Is there any that nobody has looked into yet?"""
    return any(picture["state"] == "waiting" for picture in pictures)


def unseen(pictures: Sequence[Picture]) -> list[Picture]:
    """Those that nobody could look into, wholly or in part."""
    return [picture for picture in pictures if picture["state"] == "refused" or picture["failed"]]


def words_of(pictures: Sequence[Picture]) -> list[Words]:
    """All lines and codes, in order, up to MOST_WORDS signs."""
    found: list[Words] = []
    left = MOST_WORDS
    for name, kept in (("image_text", "texts"), ("codes", "codes")):
        for picture in pictures:
            for each in picture[kept]:
                text = str(each["text"])[:left]
                if not text.strip():
                    continue
                left -= len(text)
                place = {name: each[name] for name in ("box", "at") if each.get(name) is not None}
                found.append(Words(name, text, {**_place(picture), "line": each["line"], **place}))
    return found


def values_of(pictures: Sequence[Picture]) -> dict[str, Any]:
    """The fields of the event: UNKNOWN what still waits or what nobody could say, for a rule must not take that for
    nothing. `unseen_media` counts what is known to be unseen, so that nobody need wait for it."""
    if not pictures:
        return {"images": [], "codes": [], "unseen_media": 0}
    waits = waiting(pictures)
    values: dict[str, Any] = {
        "images": UNKNOWN
        if any(picture["state"] == "waiting" and not picture["digest"] for picture in pictures)
        else [picture["digest"] for picture in pictures],
        "codes": UNKNOWN if waits or _lacks(pictures, "codes") else _texts(pictures, "codes"),
        "unseen_media": len(unseen(pictures)),
    }
    texts = "\n".join(_texts(pictures, "texts"))
    values["image_text"] = UNKNOWN if waits or _lacks(pictures, "texts") else texts
    if films := [picture for picture in pictures if picture.get("kind") in {"video", "live"}]:
        lengths = [float(picture["seconds"]) for picture in films if picture.get("seconds") is not None]
        values["video_seconds"] = UNKNOWN if len(lengths) < len(films) else max(lengths)
    if streams := [picture["stream"] for picture in pictures if picture.get("stream")]:
        values["stream"] = streams[-1]
    known = [picture["adult"] for picture in pictures]
    values["adult"] = UNKNOWN if waits or None in known else max(known)
    return values


def addresses(pictures: Sequence[Picture]) -> list[str]:
    """Web addresses that codes hold."""
    found = _texts(pictures, "codes")
    return [text for text in found if text.lower().startswith(("http://", "https://", "www."))]


def evidence(pictures: Sequence[Picture], uses: Uses) -> list[dict[str, Any]]:
    """What a rule that hit has seen in pictures beside words: the picture, the bank and entry, the score, the code."""
    found: list[dict[str, Any]] = []
    for picture in pictures:
        nothing = {"start": 0, "end": 0, "text": "", **_place(picture)}
        for bank in sorted(uses.banks & picture.get("banks", {}).keys()):
            entry, distance = picture["banks"][bank]
            found.append({"field": "images", **nothing, "bank": bank, "entry": entry, "distance": distance})
        if uses.codes:
            found += [
                {"field": "codes", **nothing, "end": len(code["text"]), "text": code["text"], "line": code["line"]}
                | {name: code[name] for name in ("box", "at") if code.get(name) is not None}
                for code in picture["codes"]
            ]
    if uses.adult:
        scored = [picture for picture in pictures if picture["adult"] is not None]
        for picture in sorted(scored, key=lambda each: -each["adult"])[:1]:
            nothing = {"start": 0, "end": 0, "text": "", **_place(picture)}
            when = {} if picture.get("adult_at") is None else {"at": picture["adult_at"]}
            found.append({"field": "adult", **nothing, "score": round(picture["adult"], 3), **when})
    if uses.unseen:
        for picture in unseen(pictures):
            why = picture["reason"] or ", ".join(f"{part}: {why}" for part, why in sorted(picture["failed"].items()))
            found.append({"field": "unseen_media", "start": 0, "end": 0, "text": "", **_place(picture), "reason": why})
    return found


@lru_cache(maxsize=8)
def uses_of(plan: Plan) -> Mapping[tuple[str, str], Uses]:
    """(policy, rule) → what it reads of pictures; rules that read nothing of them are not there."""
    found: dict[tuple[str, str], Uses] = {}
    for rule in plan.rules:
        fields: set[str] = set()
        banks: set[str] = set()
        for node in nodes.walk(rule.tree):
            if isinstance(node, nodes.Field):
                fields.add(node.path)
            elif isinstance(node, nodes.Ask) and node.signal == "in_bank":
                asked = dict(node.arguments)
                value, bank = asked.get("value"), asked.get("bank")
                if isinstance(value, nodes.Field) and value.path == IMAGES and isinstance(bank, nodes.Const):
                    banks.add(str(bank.value))
        if banks or fields & {CODES, ADULT, UNSEEN}:
            found[rule.policy, rule.name] = Uses(
                banks=frozenset(banks), adult=ADULT in fields, codes=CODES in fields, unseen=UNSEEN in fields
            )
    return found


def _place(picture: Picture) -> dict[str, Any]:
    return {"picture": picture["n"], "file": picture["file"], "look": picture["look"]}


def _texts(pictures: Sequence[Picture], kept: str) -> list[str]:
    """As `words_of` cuts them."""
    name = {"texts": "image_text", "codes": "codes"}[kept]
    return [words.text for words in words_of(pictures) if words.field == name]


def _lacks(pictures: Sequence[Picture], part: str) -> bool:
    return any(picture["state"] == "refused" or part in _parts(picture) for picture in pictures)


def _parts(picture: Picture) -> set[str]:
    """The last word of each part that failed: picture.texts → texts."""
    return {str(name).rpartition(".")[2] for name in picture["failed"]}
