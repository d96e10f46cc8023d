"""HTML of strangers as it may be shown, in a frame of its own that runs and loads nothing: cleaned each time it is shown.

What came is stored as it came. Pictures that lie elsewhere wait for a click, since their sender would hear of it; a link
whose words name another place than it leads to says where it leads.
"""

import base64
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

import nh3

from trustdesk.engine.entities.web import host_of, registered_domain, shown_host
from trustdesk.post.mail.attached import Attachment
from trustdesk.post.mail.faking import lookalike
from trustdesk.post.mail.markup import MOST_HTML, words_of

MOST_TAGS = 8_000  # of one page: the parser takes quadratic time for what nests deeper
MOST_INLINE = 5 * 2**20  # bytes of pictures put into the page
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
    ]
)
_EVERYWHERE = {
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "lang",
}
_EVERYWHERE |= {"rowspan", "size", "style", "valign", "width"}
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius", "border-right",
    "border-style", "border-top", "border-width", "color", "direction", "font", "font-family", "font-size", "font-style", "font-weight",
    "height", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right",
    "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align",
    "text-decoration", "text-transform", "vertical-align", "white-space", "width",
}  # fmt: skip
_LINK = re.compile(r'<a((?:\s+[\w-]+="[^"]*")*)\s*>')
_NAMES_A_PLACE = re.compile(
    r"(?:https?://)?(?:[^\s/@]{1,200}@)?((?:[\w-]+\.)+[^\W\d_]{2,})(?=[/:?#\s]|\Z)", re.IGNORECASE
)
_STYLE = (
    "body{margin:0;padding:12px;font:16px/1.5 system-ui,sans-serif;color:#16191d;background:#fff;overflow-wrap:anywhere}"
    "pre{white-space:pre-wrap;font:inherit;margin:0}img{max-width:100%;height:auto}table{max-width:100%}"
    ".leads{background:#ffe9a8;color:#3d2c00;padding:0 4px;border-radius:3px}"
)


@dataclass(frozen=True)
class Shown:
    """A page ready for its frame. `waiting`: pictures that lie elsewhere and were left out."""

    page: str
    waiting: int


@dataclass
class _Filter:
    inside: dict[str, str]  # pictures the mail carries, by content id
    remote: bool
    waiting: int = 0

    def __call__(self, _tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return value if re.match(r"(?:https?://|mailto:)", value.strip(), re.IGNORECASE) else None
        if name != "src":
            return value
        bare = value.strip()
        if bare.lower().startswith("cid:"):
            return self.inside.get(bare[4:].strip("<>"))
        if re.match(r"data:image/(?:png|jpeg|gif|webp);base64,", bare, re.IGNORECASE):
            return bare
        if not re.match(r"https?://", bare, re.IGNORECASE):
            return None
        if self.remote:
            return bare
        self.waiting += 1
        return None


def shown(
    pages: Iterable[str], *, text: str, carried: Iterable[Attachment] = (), remote: bool = False, leads: str
) -> Shown:
    """The pages of a mail, or its text where it has none, as one document. `remote`: pictures that lie elsewhere are asked
    for. `leads` says, with `{place}`, where a link leads whose words say otherwise."""
    sieve = _Filter(inside=_inside(carried), remote=remote)
    bodies = [_marked(_cleaned(page, sieve), leads) for page in pages]
    body = "<hr>".join(bodies) if any(one.strip() for one in bodies) else f"<pre>{html.escape(text)}</pre>"
    head = f'<!doctype html><html><head><meta charset="utf-8"><title>-</title><style>{_STYLE}</style></head>'
    return Shown(f'{head}<body dir="auto">{body}</body></html>', sieve.waiting)


def _cleaned(page: str, sieve: _Filter) -> str:
    if len(page) > MOST_HTML or len(re.findall(r"<[a-zA-Z]", page)) > MOST_TAGS:
        return f"<pre>{html.escape(words_of(page).replace(chr(0x1E), ''))}</pre>"
    return nh3.clean(
        page,
        tags=set(_TAGS),
        clean_content_tags={
            "script",
            "style",
            "title",
            "template",
            "noscript",
            "iframe",
            "object",
            "svg",
            "math",
            "textarea",
            "select",
        },
        attributes={"*": _EVERYWHERE, "a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=sieve,
        url_schemes={"http", "https", "mailto", "data", "cid"},
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer nofollow",
    )


def _marked(page: str, leads: str) -> str:
    """Cleaned HTML with a word behind each link that says one place and leads to another."""
    out: list[str] = []
    at = 0
    for link in _LINK.finditer(page):
        end = page.find("</a>", link.end())
        href = re.search(r'\shref="([^"]*)"', link.group(1))
        if link.start() < at or end < 0 or href is None:
            continue
        said = html.unescape(re.sub(r"<[^<>]*>", "", page[link.end() : min(end, link.end() + 4_000)])).strip()
        if place := misleads(said, html.unescape(href.group(1))):
            out += [page[at : end + 4], f' <span class="leads">{html.escape(leads.format(place=place))}</span>']
            at = end + 4
    out.append(page[at:])
    return "".join(out)


def misleads(said: str, target: str) -> str:
    """Where a link leads, as people read it, when its words name another place or its place is drawn like one; else ""."""
    if target.lower().startswith("mailto:"):
        host = target.partition("?")[0].rpartition("@")[2].lower()
    else:
        host = host_of(target)
    if not host:
        return ""
    place = shown_host(host)
    if lookalike(host):
        return place
    named = _NAMES_A_PLACE.match(said)
    if named is None:
        return ""
    claimed = host_of(named.group(1))
    claims = registered_domain(claimed)
    # “Invoice.pdf” and “e.g.” are no places: only what somebody could have bought is.
    return place if claims and claims != (registered_domain(host) or host) else ""


def _inside(carried: Iterable[Attachment]) -> dict[str, str]:
    """Pictures the mail carries, as addresses that hold them; only what begins like a picture that cannot run."""
    found: dict[str, str] = {}
    room = MOST_INLINE
    for one in carried:
        kind = next((kind for begin, kind in _PICTURES.items() if one.content.startswith(begin)), "")
        if one.content[:4] == b"RIFF" and one.content[8:12] == b"WEBP":
            kind = "image/webp"
        if one.cid and kind and one.size <= room:
            room -= one.size
            found[one.cid] = f"data:{kind};base64,{base64.b64encode(one.content).decode()}"
    return found
