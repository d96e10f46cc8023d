"""Markdown that colleagues write and the public reads: parsed by CommonMark with tables, cleaned, as plain words. Pure.

Raw HTML and pictures are not let through: the words come from colleagues, but they are shown to the public.
"""

from html import unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "em", "strong", "code", "pre", "hr", "br"),
    *("a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def tokens_of(text: str) -> list[Token]:
    """The text as CommonMark reads it, with tables."""
    return _MARKDOWN.parse(text)


def html_of(tokens: list[Token]) -> str:
    """As HTML that is safe on any page."""
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        made,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer",
    ).strip()


def words_of(tokens: list[Token]) -> str:
    """The bare words, for searching and for quoting."""
    parts = [
        "".join(
            child.content if child.type in {"text", "code_inline"} else " "
            for child in token.children or ()
            if child.type in {"text", "code_inline", "softbreak", "hardbreak"}
        )
        if token.type == "inline"
        else token.content
        for token in tokens
        if token.type in {"inline", "fence", "code_block"}
    ]
    return unescape(" ".join(part for part in parts if part)).strip()
