"""The body of a policy as people read it: safe HTML, headings with numbers that can be cited, hard cases. Pure.

A heading `### 1.2 Numbers in disguise` is clause 1.2; its text runs to the next heading.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from trustdesk.web.prose import html_of, tokens_of, words_of

_NUMBERED = re.compile(r"(\d+(?:\.\d+){0,3})\.?[ \t]+(\S.*)")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\d+(?:\.\d+){0,3})\.?[ \t]+\S", re.MULTILINE)
_FENCED = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)
_HARD_CASES = {"hard cases", "kasus sulit"}


@dataclass(frozen=True)
class Clause:
    """One numbered heading and the text below it. `text` is plain, for searching and for quoting."""

    code: str
    title: str
    anchor: str
    level: int
    html: str
    text: str


@dataclass(frozen=True)
class Guideline:
    """`html` is the whole body, `toc` its headings in order; `hard_cases` are the entries of that section, as HTML."""

    html: str
    clauses: tuple[Clause, ...]
    hard_cases: tuple[str, ...]

    @property
    def toc(self) -> tuple[Clause, ...]:
        return self.clauses

    def clause(self, code: str) -> Clause | None:
        return next((clause for clause in self.clauses if clause.code == code), None)


def clauses_of(body: str) -> list[tuple[str, int]]:
    """The clause numbers of a body with the offset of each heading."""
    fenced = [found.span() for found in _FENCED.finditer(body)]
    return [
        (found[1], found.start())
        for found in _HEADING.finditer(body)
        if not any(start <= found.start() < end for start, end in fenced)
    ]


def anchor_of(code: str) -> str:
    return f"c{code}"


@lru_cache(maxsize=512)
def render(body: str) -> Guideline:
    """Markdown to a guideline: one section a heading, with its anchor (c1.2) where the heading is numbered.

    Headings are moved down so that the page's own title stays alone at the top.
    """
    tokens = tokens_of(body)
    starts: list[tuple[int, str, str, int]] = []  # token index, code, title, level
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        level = max(2, int(token.tag[1]))
        token.tag = tokens[at + 2].tag = f"h{level}"
        words = words_of([tokens[at + 1]])
        numbered = _NUMBERED.fullmatch(words)
        code, title = (numbered[1], numbered[2]) if numbered else ("", words)
        starts.append((at, code, title, level))
    clauses: list[Clause] = []
    hard: tuple[str, ...] = ()
    sections = [html_of(tokens[: starts[0][0]] if starts else tokens)]
    for index, (at, code, title, level) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(tokens)
        inner = tokens[at + 3 : end]
        # The anchor is made of digits and dots only, so it needs no escaping.
        hard_ones = ' class="hard"' if title.casefold() in _HARD_CASES else ""
        opening = f'<section id="{anchor_of(code)}"{hard_ones}>' if code else f"<section{hard_ones}>"
        sections.append(f"{opening}{html_of(tokens[at:end])}</section>")
        if title.casefold() in _HARD_CASES:
            hard = tuple(html_of(item) for item in _items(inner))
        if code:
            clauses.append(
                Clause(
                    code=code,
                    title=title,
                    anchor=anchor_of(code),
                    level=level,
                    html=html_of(inner),
                    text=words_of(inner),
                )
            )
    return Guideline(html="\n".join(sections), clauses=tuple(clauses), hard_cases=hard)


def _items(tokens: list[Token]) -> list[list[Token]]:
    """The top entries of the lists in `tokens`, each without the list around it."""
    items: list[list[Token]] = []
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1:
            items.append([])
        elif token.type == "list_item_close" and token.level == 1:
            continue
        elif items and token.level >= 2:
            items[-1].append(token)
    return items
