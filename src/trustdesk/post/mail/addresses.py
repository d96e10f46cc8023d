"""Headers as people read them: encoded words, names, addresses.

A header is taken apart before anything encoded in it is decoded: no encoded word becomes part of an address, and no
address is born of a name.
"""

import binascii
import re
from dataclasses import dataclass, field

from trustdesk.post.mail.charsets import in_words

MOST_ADDRESSES = 5_000
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,2000})\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LABEL = r"[^\s@<>()\[\],;:\\\".\x00-\x1f\x7f]+"
_PLAIN = re.compile(
    rf"(?:{_LABEL}(?:\.{_LABEL})*+|\"(?:[^\"\\\x00-\x1f\x7f]|\\[ -~])*+\")@({_LABEL}(?:\.{_LABEL})*+\.?|\[[0-9a-fA-F.:IPv]{{2,60}}\])"
)


@dataclass(frozen=True)
class Address:
    """Somebody: a name, "" for none, and an address, "" where what stands there is none that may be written to."""

    name: str
    address: str
    odd: tuple[str, ...] = field(default=(), compare=False)  # what is wrong with how it is written: codes of `faking`

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].rstrip(".").lower()


def one_line(text: str) -> str:
    """Text in one line: no control characters, no marks that turn what follows around, no broken characters."""
    line = _TURNS.sub("", _CONTROLS.sub(" ", text)).encode("utf-8", "replace").decode()
    return " ".join(line.split())


def turns(text: str) -> bool:
    """Does it hold marks that make what follows read backwards?"""
    return bool(_TURNS.search(text))


def decoded(text: str) -> str:
    """Encoded words as the words they stand for (RFC 2047), wherever they stand; what cannot be decoded stays."""
    return one_line(decoded_raw(text))


def decoded_raw(text: str) -> str:
    """As `decoded`, with the line ends that somebody hid in the words."""
    joined = _BETWEEN.sub(r"\1", text)
    out: list[str] = []
    at = 0
    charset, held = "", b""
    for found in _WORD.finditer(joined):
        if found.start() > at:
            out += [in_words(held, charset), joined[at : found.start()]]
            held = b""
        named = found.group(1).partition("*")[0].lower()
        if held and named != charset:
            out.append(in_words(held, charset))
            held = b""
        # A letter may be cut in two by neighbours of one charset.
        charset, held = named, held + _bytes_of(found.group(2), found.group(3))
        at = found.end()
    out += [in_words(held, charset), joined[at:]]
    return "".join(out)


def addresses(values: list[str]) -> list[Address]:
    """Everybody the headers of one name tell of, in their order; what is no address keeps its words as a name."""
    found: list[Address] = []
    for value in values:
        for chunk in _chunks(value):
            if len(found) >= MOST_ADDRESSES:
                return found
            if (one := _address(chunk)) is not None:
                found.append(one)
    return found


@dataclass
class _Chunk:
    words: str = ""
    quoted: bool = False
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)


def _chunks(value: str) -> list[_Chunk]:
    """The members of an address list: split at commas (and semicolons) outside quotes, comments and angles."""
    done: list[_Chunk] = []
    now = _Chunk()
    words: list[str] = []
    held: list[str] = []
    where, depth = "", 0  # inside: "" of words, '"' of quotes, "(" of a comment, "<" of an address
    at = 0
    while at < len(value):
        mark = value[at]
        if mark == "\\" and where in {'"', "("} and at + 1 < len(value):
            held.append(value[at + 1])
            at += 2
            continue
        if mark == "=" and not where and (word := _WORD.match(value, at)):
            words.append(word.group())  # what stands in it separates nothing
            at = word.end()
            continue
        at += 1
        if where == '"':
            if mark == '"':
                words += _quoted("".join(held))
                now.quoted, where = True, ""
            else:
                held.append(mark)
        elif where == "(":
            depth += (mark == "(") - (mark == ")")
            if depth == 0:
                now.comments.append("".join(held))
                where = ""
            else:
                held.append(mark)
        elif where == "<":
            if mark == ">":
                now.angles.append("".join(held))
                where = ""
            else:
                held.append(mark)
        elif mark in '"(<':
            where, depth, held = mark, 1, []
        elif mark in ",;":
            now.words, words = "".join(words), []
            done.append(now)
            now = _Chunk()
        elif mark == ":" and "@" not in "".join(words[-320:]):
            words = []  # the name of a group
        else:
            words.append(mark)
    if where == "<":
        now.angles.append("".join(held))  # never closed
    elif where:
        words.append("".join(held))
    now.words = "".join(words)
    done.append(now)
    return done


def _quoted(text: str) -> list[str]:
    # The quotes are kept where they hold together a local part; `_address` takes them off a name.
    return ['"', text.replace('"', "'"), '"']


def _address(chunk: _Chunk) -> Address | None:
    words = chunk.words.strip()
    odd: list[str] = []
    if chunk.angles:
        inside = chunk.angles[0].strip()
        if inside.startswith("@") and ":" in inside:
            inside = inside.rpartition(":")[2]  # a route (RFC 5322, 4.4)
        name = words.replace('"', "")
        if len(chunk.angles) > 1:
            odd.append("several_addresses")
    else:
        inside, name = words, " ".join(chunk.comments)
        if "@" not in inside:
            name, inside = f"{words} {name}".replace('"', ""), ""
    bare = re.sub(r"\s*([@.])\s*", r"\1", inside) if '"' not in inside else inside
    raw_name = decoded_raw(name)
    if turns(raw_name) or _CONTROLS.search(raw_name):
        odd.append("hidden_marks")
    if "=?" in bare:
        odd.append("encoded_address")
    if bare and ("=?" in bare or len(bare) > 320 or not _PLAIN.fullmatch(bare)):
        odd.append("no_address")
        name, bare = f"{name} {inside}", ""
        raw_name = name  # as it stands: decoded, it would look like the address it is not
    shown = one_line(raw_name)[:300]
    if not shown and not bare and not odd:
        return None
    return Address(name=shown, address=bare, odd=tuple(odd))


def _bytes_of(how: str, said: str) -> bytes:
    if how in "bB":
        bare = re.sub(r"[^A-Za-z0-9+/]", "", said).encode()
        bare = bare[:-1] if len(bare) % 4 == 1 else bare
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    return binascii.a2b_qp(said.replace(" ", "_").encode("utf-8", "replace"), header=True)
