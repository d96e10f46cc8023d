"""An article as people read it: safe HTML, headings one can link to, its bare words. Pure."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from trustdesk.knowledge.rules import slug_of
from trustdesk.web.prose import html_of, tokens_of, words_of

_MOST_IN_TOC = 3  # heading levels below the page's own title


@dataclass(frozen=True)
class Heading:
    """`level` is 2 for the highest below the page's title."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True)
class Rendered:
    """`text`: the words without the headings, for searching."""

    html: str
    toc: tuple[Heading, ...]
    text: str


@lru_cache(maxsize=512)
def render(body: str) -> Rendered:
    """Markdown to an article: one section a heading, each with an anchor of its words.

    Headings are moved down so that the page's own title stays alone at the top.
    """
    tokens = tokens_of(body)
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    first = min((int(tokens[at].tag[1]) for at in starts), default=2)
    taken: Counter[str] = Counter()
    toc: list[Heading] = []
    sections = [html_of(tokens[: starts[0]] if starts else tokens)]
    plain = [words_of(tokens[: starts[0]] if starts else tokens)]
    for index, at in enumerate(starts):
        level = min(6, int(tokens[at].tag[1]) - first + 2)
        tokens[at].tag = tokens[at + 2].tag = f"h{level}"
        title = words_of([tokens[at + 1]])
        anchor = slug_of(title) or f"part-{index + 1}"
        taken[anchor] += 1
        if taken[anchor] > 1:
            anchor = f"{anchor}-{taken[anchor]}"
        end = starts[index + 1] if index + 1 < len(starts) else len(tokens)
        # An anchor is made of small letters, digits and hyphens; escaped all the same.
        sections.append(f'<section id="{escape(anchor)}">{html_of(tokens[at:end])}</section>')
        plain.append(words_of(tokens[at + 3 : end]))
        if level <= _MOST_IN_TOC:
            toc.append(Heading(anchor, title, level))
    return Rendered(html="\n".join(sections), toc=tuple(toc), text=" ".join(part for part in plain if part))
