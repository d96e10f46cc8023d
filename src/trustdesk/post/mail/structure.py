"""A mail's parts: heads, bodies, nesting. Our own splitter, since the library's recurses as deep as a stranger likes.

Each level is searched once, at most MOST_DEPTH deep; whatever the boundaries do, every byte of the body is in some part.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from trustdesk.post.mail.charsets import in_words

MOST_PARTS = 2_000  # of a mail with more, the rest is counted and left out
MOST_DEPTH = 24  # a multipart nested deeper is an attachment
MOST_HEAD = 2**20  # bytes of one head
MOST_VALUE = 200_000  # characters of one header
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_PIECE = re.compile(r"(.{1,60}?)\*(\d{1,3})?(\*)?\Z")
_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


@dataclass(frozen=True)
class Head:
    """The headers of a mail or a part, in order, names in lower case, values unfolded and not decoded."""

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.fields if known == name]

    def first(self, name: str) -> str:
        return next((value for known, value in self.fields if known == name), "")


@dataclass(frozen=True)
class Part:
    """One leaf. `raw`: its body before the transfer encoding is taken off. `path`: the kinds of the multiparts around it."""

    head: Head
    raw: bytes
    path: tuple[str, ...] = ()
    choice: int = 0  # the multipart/alternative it is one of the forms of, 0 for none
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def disposition(self) -> str:
        return self.head.first("content-disposition").partition(";")[0].strip().lower()

    def content(self) -> bytes:
        """The bytes that were sent; what is broken in their encoding is skipped."""
        how = self.head.first("content-transfer-encoding").partition(";")[0].strip().lower()
        if self.kind.startswith("message/") and how not in {"base64", "quoted-printable"}:
            return self.raw
        if how == "base64":
            return _from_base64(self.raw)
        if how == "quoted-printable":
            return binascii.a2b_qp(self.raw)
        if how in {"x-uuencode", "uuencode", "x-uue"}:
            return next((content for _, content in uuencoded(self.raw.split(b"\n"))), self.raw)
        return self.raw


def split(raw: bytes) -> tuple[Head, bytes]:
    """(head, body). A line that is no header ends the head, as programs that write broken mail mean it."""
    fields: list[tuple[str, list[bytes]]] = []
    at = 0
    if raw.startswith((b"From ", b">From ")):  # as an mbox keeps it
        at = _line_end(raw, 0)
    end = min(len(raw), MOST_HEAD)
    while at < end:
        after = _line_end(raw, at)
        line = raw[at:after]
        if not line.strip(b"\r\n"):
            at = after
            break
        if line[:1] in b" \t" and fields:
            fields[-1][1].append(line)
        elif found := _NAME.match(line):
            fields.append((found.group(1).decode("ascii").lower(), [line[found.end() :]]))
        elif line.strip() or not fields:
            break
        at = after
    return Head(tuple((name, _unfolded(b"".join(lines))) for name, lines in fields)), raw[at:]


def leaves(raw: bytes) -> Iterator[Part]:
    """The leaves of a mail in their order, without end for nobody: the caller counts. A forwarded mail is one leaf."""
    head, body = split(raw)
    waiting: list[tuple[Head, bytes, tuple[str, ...], int, str]] = [(head, body, (), 0, "text/plain")]
    choices = 0
    while waiting:
        head, body, path, choice, usual = waiting.pop()
        kind, parameters = content_type(head, usual)
        boundary = parameters.get("boundary", "").encode("utf-8", "replace")
        if kind.startswith("multipart/") and boundary and len(path) < MOST_DEPTH:
            pieces = _pieces(body, boundary, most=MOST_PARTS * 4)
            if pieces is not None:
                inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
                if kind == "multipart/alternative":
                    choices += 1
                    choice = choices
                waiting.extend((*split(piece), (*path, kind), choice, inner) for piece in reversed(pieces))
                continue
            kind = "text/plain"  # it says to have parts and has none: what there is, is words
        elif kind.startswith("multipart/"):
            kind = "text/plain" if len(path) < MOST_DEPTH else "application/octet-stream"
        yield Part(head=head, raw=body, path=path, choice=choice, kind=kind, parameters=parameters)


def content_type(head: Head, usual: str = "text/plain") -> tuple[str, dict[str, str]]:
    """(kind in lower case, parameters); `usual` where nothing sensible is said."""
    value = head.first("content-type")
    kind = value.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}", kind):
        kind = usual
    return kind, parameters_of(value)


def parameters_of(value: str) -> dict[str, str]:
    """The parameters of a header, pieces put together and decoded (RFC 2231), broken ones as well as can be."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    rest = value[value.find(";") :] if ";" in value else ""
    for count, found in enumerate(_PARAMETER.finditer(rest[:MOST_VALUE])):
        if count >= 200:
            break
        name, said = found.group(1).lower(), _unquoted(found.group(2).strip())
        piece = _PIECE.fullmatch(name)
        if piece is None:
            plain.setdefault(name, said)
        else:
            number = int(piece.group(2) or 0)
            encoded = bool(piece.group(3)) or piece.group(2) is None
            pieces.setdefault(piece.group(1), {}).setdefault(number, (said, encoded))
    return plain | {name: _joined(found) for name, found in pieces.items()}


def uuencoded(lines: list[bytes]) -> Iterator[tuple[tuple[int, int, str], bytes]]:
    """((first line, line behind the last, name), bytes) of each uuencoded file among the lines of a text."""
    start = -1
    name, content = "", bytearray()
    for at, line in enumerate(lines):
        bare = line.rstrip(b"\r")
        if start < 0:
            found = re.match(rb"begin [0-7]{3,4} (.{1,200})\Z", bare)
            if found and at + 1 < len(lines) and _uu_line(lines[at + 1].rstrip(b"\r")) is not None:
                start, name, content = at, in_words(found.group(1)), bytearray()
        elif bare.strip() == b"end":
            yield (start, at + 1, name), bytes(content)
            start = -1
        elif (piece := _uu_line(bare)) is None:
            start = -1  # it only began like one
        else:
            content += piece


def _uu_line(line: bytes) -> bytes | None:
    if not line or line == b"`":
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Programs disagree about the padding; the first mark says how long it is.
        length = ((line[0] - 32) & 63) * 4 // 3 + 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return None


def _line_end(raw: bytes, at: int) -> int:
    found = _LINE.match(raw, at)
    return found.end() if found and found.end() > at else len(raw)


def _unfolded(value: bytes) -> str:
    """A header as one line. Bytes that are no UTF-8 are read as Western programs write them."""
    return in_words(re.sub(rb"[\r\n]+", b"", value[:MOST_VALUE])).replace("\t", " ").strip(" ")


def _pieces(body: bytes, boundary: bytes, *, most: int) -> list[bytes] | None:
    """The parts between the boundaries, what stands before the first and behind the last left out (RFC 2046, 5.1.1).
    None where the boundary does not occur: then the body is one piece of words."""
    mark = b"--" + boundary.rstrip()
    pieces: list[bytes] = []
    start, at = -1, 0  # of the part that is open; where the search goes on
    while len(pieces) < most and (found := body.find(mark, at)) >= 0:
        at = found + len(mark)
        last = body.startswith(b"--", at)
        line = body[at : at + 200].partition(b"\n")[0]
        rest = line.partition(b"\r")[0][2 if last else 0 :]
        if (found and body[found - 1 : found] not in {b"\n", b"\r"}) or rest.strip(b" \t"):
            continue  # in the middle of a line, or of another boundary that only begins like this one
        if start >= 0:
            # The line end before a boundary belongs to it.
            end = found - (2 if body[max(0, found - 2) : found] == b"\r\n" else 1)
            pieces.append(body[start : max(start, end)])
        start = -1 if last else _line_end(body, at)
        if last:
            break
        at = start
    if start >= 0:
        pieces.append(body[start:])  # cut off on the way
    return pieces or None


def _from_base64(raw: bytes) -> bytes:
    bare = raw.translate(None, _BASE64)
    if len(bare) % 4 == 1:
        bare = bare[:-1]
    return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'))
    return text.split("(", maxsplit=1)[0].strip() if "(" in text else text


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """Pieces of a value in the order of their numbers; the first may name the charset of all."""
    charset, out = "", b""
    for number in sorted(pieces):
        said, encoded = pieces[number]
        if number == min(pieces) and encoded and said.count("'") >= 2:
            charset, _, said = said.split("'", 2)
        out += unquote_to_bytes(said) if encoded else said.encode("utf-8", "replace")
    return in_words(out, charset)
