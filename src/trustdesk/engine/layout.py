"""The canonical layout of a condition: one line where it fits, else one part a line, with `and` and `or` in front.

Only blanks, line breaks and commas before a closing bracket change; names, literals, brackets and comments stay as
they were written. A comment stands on a line of its own above the part it speaks of.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

from .syntax import Refused, parse

WIDTH, INDENT = 100, "    "
WORDS = {"and", "or", "not", "in"}
OPENING, CLOSING = "([{", ")]}"
SIGNS = {"+", "-"}


@dataclass(slots=True)
class Token:
    text: str
    comments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bracket:
    """`entries` are parted by commas; `call`: it follows a name, so that a comma may stand behind the last."""

    opening: str
    entries: list[list[Piece]]
    call: bool
    closing: str = ""
    comments: list[str] = field(default_factory=list)


Piece = Token | Bracket


def format_condition(text: str) -> str:
    """The text of a condition (or of `then`) in canonical layout. Raises `Refused` for what is not in the language.

    Formatting twice gives the same as once, and both texts are the same expression to the parser.
    """
    tree = parse(text)
    (pieces,) = _read(iter(_tokens(text)), "")
    made = "\n".join(_lines(pieces, WIDTH))
    try:
        same = ast.dump(parse(made)) == ast.dump(tree)
    except Refused:  # blanks made it longer than a condition may be
        same = False
    return made if same else text


def _tokens(text: str) -> list[Token]:
    """Tokens with their comments: of the token before on its line, else of the one that follows."""
    tokens: list[Token] = []
    waiting: list[str] = []
    last_row = 0
    for token in tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline):
        if token.type == tokenize.COMMENT:
            ends = tokens[1:] and tokens[-1].text not in WORDS and tokens[-1].text not in {*OPENING, ","}
            if ends and token.start[0] == last_row:
                tokens[-1].comments.append(token.string.rstrip())
            else:
                waiting.append(token.string.rstrip())
        elif token.string.strip() and token.type != tokenize.ENDMARKER:
            tokens.append(Token(token.string, waiting))
            waiting, last_row = [], token.end[0]
    inner, closing = tokens[1:-1], tokens[-1]
    if inner:
        inner[-1].comments += closing.comments
    return inner


def _read(tokens: Iterator[Token], closing: str) -> list[list[Piece]]:
    """Entries up to the closing bracket. Its comments go to the last piece before it."""
    entries: list[list[Piece]] = [[]]
    for token in tokens:
        entry = entries[-1]
        if token.text in OPENING:
            before = entry[-1] if entry else None
            call = isinstance(before, Bracket) or (before is not None and before.text not in WORDS and _ends(before))
            made = Bracket(token.text, [], call or token.text == "[", comments=token.comments)
            made.closing = CLOSING[OPENING.index(token.text)]
            made.entries = _read(tokens, made.closing)
            entry.append(made)
        elif token.text == closing:
            if token.comments:
                last = next((entry[-1] for entry in reversed(entries) if entry), None)
                if last is not None:
                    last.comments.extend(token.comments)
            break
        elif token.text == ",":
            entries.append([])
            if token.comments and entry:
                entry[-1].comments.extend(token.comments)
        else:
            entry.append(token)
    return [entry for entry in entries if entry] or [[]]


def _ends(piece: Piece | None) -> bool:
    """Whether a value ends here, so that a sign after it has two sides and a bracket after it calls."""
    if piece is None:
        return False
    if isinstance(piece, Bracket):
        return True
    first = piece.text[:1]
    return piece.text not in WORDS and (first.isalnum() or first in "_\"'." or not first.isascii())


def _flat(pieces: list[Piece]) -> str:
    told = ""
    before: Piece | None = None
    sign = False  # the piece before is a sign with nothing on its left
    for piece in pieces:
        here = piece.text if isinstance(piece, Token) else piece.opening
        tight = (
            before is None or sign or here in {".", "="} or (isinstance(before, Token) and before.text in {".", "="})
        )
        if isinstance(piece, Bracket):
            tight = tight or (_ends(before) and not _is_text(before))
            here = f"{piece.opening}{', '.join(map(_flat, piece.entries))}{piece.closing}"
        sign = here in SIGNS and not _ends(before)
        told += here if tight else f" {here}"
        before = piece
    return told


def _is_text(piece: Piece | None) -> bool:
    return isinstance(piece, Token) and piece.text[-1:] in {'"', "'"}


def _comments(pieces: list[Piece]) -> list[str]:
    found: list[str] = []
    for piece in pieces:
        found += piece.comments
        if isinstance(piece, Bracket):
            found += [comment for entry in piece.entries for comment in _comments(entry)]
    return found


def _lines(pieces: list[Piece], width: int) -> list[str]:
    flat, comments = _flat(pieces), _comments(pieces)
    if len(flat) <= width and not comments:
        return [flat]
    for word in ("or", "and"):
        parts = _parted(pieces, word)
        if len(parts) > 1:
            return [line for part in parts for line in _part(part, word, width)]
    if len(flat) <= width:
        return [*comments, flat]
    longest = max(
        (piece for piece in pieces if isinstance(piece, Bracket)), key=lambda each: len(_flat([each])), default=None
    )
    if longest is None:
        return [*comments, flat]
    return _opened(pieces, longest, width)


def _part(part: list[Piece], word: str, width: int) -> list[str]:
    """One part of a chain; all but the first begin with the word that joins it."""
    first = part[0]
    if not (isinstance(first, Token) and first.text == word):
        return _lines(part, width)
    below = _lines(part[1:], width - len(word) - 1)
    at = next(at for at, line in enumerate(below) if not line.startswith("#"))
    head = [*first.comments, *below[:at], f"{word} {below[at]}"]
    closes = len(below) > at + 1 and below[-1][:1] in CLOSING
    # A bracket that was opened closes under the word; what else goes on is set in.
    rest = below[at + 1 :]
    return [*head, *(rest if closes else [f"{INDENT}{line}" for line in rest])]


def _parted(pieces: list[Piece], word: str) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Token) and piece.text == word:
            parts.append([])
        parts[-1].append(piece)
    return parts


def _opened(pieces: list[Piece], bracket: Bracket, width: int) -> list[str]:
    """The bracket's entries on lines of their own."""
    at = next(at for at, piece in enumerate(pieces) if piece is bracket)
    before, after = pieces[:at], pieces[at + 1 :]
    bare = Bracket(bracket.opening, [[Token("\0")]], bracket.call)
    head = _flat([*before, bare]).removesuffix("\0")
    inner = [_lines(entry, width - len(INDENT)) for entry in bracket.entries]
    if bracket.opening == "[" and all(len(lines) == 1 for lines in inner):
        inner = [[line] for line in _filled([lines[0] for lines in inner], width - len(INDENT))]
    if bracket.call:
        for lines in inner:
            lines[-1] += ","
    # What stands behind the bracket is told as if it followed a value.
    tail = _flat([Token("x"), *after]).removeprefix("x")
    comments = [*_comments(before), *bracket.comments, *_comments(after)]
    return [*comments, head, *(f"{INDENT}{line}" for lines in inner for line in lines), f"{bracket.closing}{tail}"]


def _filled(entries: list[str], width: int) -> list[str]:
    """Entries of a list, as many on a line as fit; the comma of the last on a line is added by the caller."""
    lines: list[str] = []
    for entry in entries:
        if lines and len(lines[-1]) + len(entry) + 3 <= width:
            lines[-1] += f", {entry}"
        else:
            lines.append(entry)
    return lines
