"""Who may be whom, what may be kept of a customer. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from trustdesk.engine.entities.phones import numbers
from trustdesk.engine.folding import fold

CONTACTS = ("address", "phone", "account", "name")
TYPED = ("address", "phone", "name")  # what people of the desk write down; accounts come with cases
CONSENTS = ("surveys", "calls", "newsletters")
HOWS = ("mail", "phone", "chat", "form", "person", "link", "platform")
PROMISES = ("open", "kept", "broken", "void")
ENDS = PROMISES[1:]
REASONS = ("account", "address", "phone", "name")

UNDO_WITHIN = timedelta(days=30)
SEEN_AGAIN = timedelta(minutes=15)  # somebody who looks again within this time is recorded once
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_SAID, LONGEST_PROMISE = 200, 320, 500, 500
LATEST_PROMISE = timedelta(days=366)
MOST_CONTACTS = 40
MOST_OPEN_PROMISES = 50
MOST_TERMS = 120

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\\]{1,64}@[^@\s<>,;:\"()\\]{1,190}\.[^@\s<>,;:\"()\\.]{2,63}")
_DOTLESS = {"gmail.com", "googlemail.com"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True)
class Reached:
    """A way to reach somebody as it is compared (`value`), and with what is the same to most mail services taken out (`norm`)."""

    kind: str
    value: str
    norm: str


def line(text: str, most: int) -> str:
    """One line without control characters, at most so long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def words(text: str, most: int) -> str:
    """What somebody wrote, its line breaks kept, other control characters not."""
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n"))
    return kept.strip()[:most]


def address(text: str) -> Reached | None:
    """An e-mail address; None when it is none. `norm`: without +tags; at Google without dots."""
    folded = text.strip().casefold()
    if len(folded) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(folded):
        return None
    local, _, domain = folded.rpartition("@")
    plain = local.split("+", 1)[0] or local
    if domain in _DOTLESS:
        plain, domain = plain.replace(".", "") or plain, "gmail.com"
    return Reached("address", folded, f"{plain}@{domain}")


def phone(text: str, regions: tuple[str, ...] = ()) -> Reached | None:
    """A telephone number in its international form; None when it is none. National forms count in `regions`."""
    if len(text) > 60:
        return None
    found = numbers(text, regions)
    if len(found) != 1 or not found[0][1].startswith("+"):
        return None
    return Reached("phone", found[0][1], found[0][1])


def name(text: str) -> Reached | None:
    kept = line(text, LONGEST_NAME)
    return Reached("name", kept, fold(kept).strip()[:LONGEST_NAME]) if kept else None


def read(kind: str, text: str, regions: tuple[str, ...] = ()) -> Reached | None:
    """What somebody typed as a contact of this kind; None when it is none."""
    return {"address": address, "name": name}[kind](text) if kind != "phone" else phone(text, regions)


def is_language(code: str) -> bool:
    return code == "" or bool(_LANGUAGE.fullmatch(code))


def terms(said: Iterable[str]) -> list[str]:
    """What a customer is found by: words of names, addresses whole and in parts, numbers."""
    found: dict[str, None] = {}
    for text in said:
        for one in (text.casefold().strip(), *fold(text).split()):
            if one:
                found[one[:120]] = None
    return list(found)[:MOST_TERMS]


def asked(text: str) -> list[str]:
    """The beginnings of words that somebody looks for; an address or a number as a whole."""
    text = line(text, 200)
    if (reached := address(text)) is not None:
        return [reached.value]
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"\+\d{6,15}", digits):
        return [digits]
    return list(dict.fromkeys(fold(text).split()))[:8]


def is_personal(text: str) -> bool:
    """Is it an address or a number that was looked for? Then looking for it is recorded."""
    return "@" in text or sum(c.isdigit() for c in text) >= 6


def why_same(ours: set[tuple[str, str]], theirs: set[tuple[str, str]], *, same_market: bool) -> list[str]:
    """Why two may be one, the strongest reason first, by (kind, norm) of their contacts. An account is told by the address
    its platform knows of it, too: who writes from there may be it."""
    both = {kind for kind, norm in ours & theirs}
    for one, other in ((ours, theirs), (theirs, ours)):
        if {norm for kind, norm in one if kind == "account"} & {norm for kind, norm in other if kind == "address"}:
            both.add("account")
    if not same_market:
        both -= {"name"}
    return [reason for reason in REASONS if reason in both]
