"""HTML of strangers, read and never run: its words for the desk. Linear in its length, whatever it nests or leaves open."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_HTML = 2_000_000  # code points that are read
QUOTE_MARK = "\x1equoted"  # a line of its own: from here on the program quotes
_TAG = re.compile(r"</?([a-zA-Z][^\s/>\x00]{0,60})((?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]{0,60})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_HUGE = re.compile(r"&#(?:0*\d{8,}|x0*[0-9a-f]{8,});?", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "title", "template", "noscript", "object", "iframe", "svg", "math", "textarea", "select"})  # fmt: skip
_RAW = frozenset({"script", "style", "title", "textarea", "iframe", "noscript", "template"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul", "hr",
    }
)  # fmt: skip
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
# Where programs say that what follows is what they answer to: Gmail, Outlook (web and desktop), Yahoo, Thunderbird, Proton.
_QUOTED = re.compile(
    r"\b(?:gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|OLK_SRC_BODY_SECTION)\b|"
    r"\b(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|reply-intro|isForwardContent|isReplyContent)\b"
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all", re.IGNORECASE
)


@dataclass(frozen=True)
class Tag:
    """A tag as it stands: name in lower case, whether it closes, its attributes in lower case."""

    name: str
    closes: bool
    attributes: dict[str, str]


def tokens(page: str) -> Iterator[str | Tag]:
    """Words (decoded) and tags of a page; comments, declarations and what scripts and styles hold are left out."""
    page = page[:MOST_HTML]
    at, careful = 0, True
    while at < len(page):
        begin = page.find("<", at)
        if begin < 0:
            yield unescaped(page[at:])
            return
        if begin > at:
            yield unescaped(page[at:begin])
        if page.startswith("<!--", begin):
            end = page.find("-->", begin + 2)
            if end < 0:
                return
            at = end + 3
            continue
        follows = page[begin + 1 : begin + 3]
        if not (follows[:1].isalpha() or (follows[:1] == "/" and follows[1:].isalpha())):
            if follows[:1] in {"!", "?", "/"}:
                end = page.find(">", begin)
                at = end + 1 if end >= 0 else len(page)
            else:
                yield "<"
                at = begin + 1
            continue
        found = _TAG.match(page, begin) if careful else None
        if found is None:
            # A quote that never closes: from here on tags end at their first bracket, so that nothing is read twice.
            careful = False
            end = page.find(">", begin)
            if end < 0:
                return
            inside, at = page[begin + 1 : end], end + 1
            name = re.match(r"/?([^\s/>]{0,60})", inside)
            tag = Tag(name.group(1).lower() if name else "", inside.startswith("/"), _attributes(inside[:5_000]))
        else:
            at = found.end()
            tag = Tag(found.group(1).lower(), page[begin + 1] == "/", _attributes(found.group(2)[:5_000]))
        yield tag
        if tag.name in _RAW and not tag.closes:
            closing = re.compile(rf"</{re.escape(tag.name)}", re.IGNORECASE).search(page, at)
            if closing is None:
                return
            at = closing.start()


def unescaped(text: str) -> str:
    """Text with its entities as the marks they stand for; numbers that are no mark become one that says so."""
    return html.unescape(_HUGE.sub("\ufffd", text)) if "&" in text else text


def words_of(page: str) -> str:
    """The words of a page as a mail in plain text would have them: quotes marked by >, lists, where links lead."""
    return _Writer().write(page)


@dataclass
class _Writer:
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    gap: bool = False  # an empty line is due
    quotes: int = 0
    shallow: int = 0  # the fewest quotes since the last line
    preformatted: int = 0
    silent: str = ""  # the element whose words are not shown, …
    silences: int = 0  # … and how often it is open
    link: str = ""
    linked: list[str] = field(default_factory=list)
    marked: bool = False

    def write(self, page: str) -> str:
        for token in tokens(page):
            if isinstance(token, str):
                if not self.silent:
                    self._say(token)
            elif self.silent:
                if token.name == self.silent:
                    self.silences += -1 if token.closes else 1
                    self.silent = self.silent if self.silences else ""
            else:
                self._tag(token)
        self._end()
        return "\n".join(self.lines).strip("\n")

    def _say(self, text: str) -> None:
        if self.preformatted:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for one in more:
                self._end()
                self.line.append(one)
            return
        bare = re.sub(r"[ \t\r\n\f\u200b\ufeff]+", " ", text)
        if bare == " " and not self.line:
            return
        self.line.append(bare)
        if self.link:
            self.linked.append(bare)

    def _tag(self, tag: Tag) -> None:
        name = tag.name
        opens = not tag.closes
        said = tag.attributes
        if (
            opens
            and name not in _VOID
            and (name in _SILENT or _HIDDEN.search(said.get("style", "")) or "hidden" in said)
        ):
            self.silent, self.silences = name, 1
            if name not in _SILENT:
                self._end()
            return
        if opens and not self.marked and self._begins_quote(name, said):
            self._end()
            self.lines.append(QUOTE_MARK)
            self.marked = True
        if name in _BLOCKS:
            self._end()
            self.gap = self.gap or (name in _SPACED and bool(self.lines))
        if name == "br" and opens:
            self._end(force=True)
        elif name == "li" and opens:
            self.line.append("• ")
        elif name in {"td", "th"} and opens and self.line:
            self.line.append(" ")
        elif name == "blockquote":
            self.quotes = max(0, min(30, self.quotes + (1 if opens else -1)))
            self.shallow = min(self.shallow, self.quotes)
        elif name == "pre":
            self.preformatted = max(0, self.preformatted + (1 if opens else -1))
        elif name == "img" and opens and (alt := said.get("alt", "").strip()):
            self._say(f"[{alt[:200]}]")
        elif name == "a":
            self._close_link()
            if opens:
                self.link = said.get("href", "").strip()[:2_000]

    def _begins_quote(self, name: str, said: dict[str, str]) -> bool:
        if name == "blockquote" and said.get("type", "").lower() == "cite":
            # Apple Mail and Thunderbird say who wrote above it, in the same words as in plain text.
            return False
        if _QUOTED.search(said.get("class", "")) or _QUOTED.search(said.get("id", "")):
            return True
        # Outlook rules a line above the block that names who wrote.
        style = re.sub(r"\s+", "", said.get("style", "").lower())
        return name == "div" and "border-top:solid#" in style.replace("border:none;", "") and "1.0pt" in style

    def _close_link(self) -> None:
        target, said = self.link, "".join(self.linked).strip()
        self.link, self.linked = "", []
        if re.match(r"https?://|mailto:", target, re.IGNORECASE):
            bare = re.sub(r"(?i)^mailto:", "", target)
            if said.rstrip("/") not in {bare.rstrip("/"), re.sub(r"(?i)^https?://", "", bare).rstrip("/")}:
                self.line.append(f" <{bare}>")

    def _end(self, *, force: bool = False) -> None:
        words = "".join(self.line)
        self.line = []
        words = words.rstrip() if self.preformatted else re.sub(r" {2,}", " ", words).strip()
        if not words and not force:
            return
        before = "> " * self.quotes
        if self.gap and self.lines and self.lines[-1].strip("> ") and self.lines[-1] != QUOTE_MARK:
            self.lines.append(("> " * self.shallow).rstrip())
        self.gap, self.shallow = False, self.quotes
        self.lines.append((before + words).rstrip())


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(inside):
        found.setdefault(one.group(1).lower(), unescaped(one.group(2) or one.group(3) or one.group(4) or ""))
    if re.search(r"\shidden(?:\s|/|\Z)", inside, re.IGNORECASE):
        found.setdefault("hidden", "")
    return found
