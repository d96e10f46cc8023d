"""What is attached to a mail: its name without tricks, what it says to be, what a person should beware of."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from trustdesk.post.mail.addresses import decoded_raw, one_line, turns
from trustdesk.post.mail.structure import Part, parameters_of

LONGEST_NAME = 200
MARKS: dict[str, str] = {
    "dangerous": gettext_noop("may run programs"),
    "turned_name": gettext_noop("its name reads backwards"),
    "archive": gettext_noop("an archive"),
    "winmail": gettext_noop("Outlook's own format"),
    "invitation": gettext_noop("an invitation"),
    "sealed": gettext_noop("encrypted"),
}
_RUNS = frozenset(
    [
        "exe",
        "scr",
        "bat",
        "cmd",
        "com",
        "pif",
        "js",
        "jse",
        "mjs",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "hta",
        "msi",
        "msp",
        "jar",
        "ps1",
        "psm1",
        "lnk",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "reg",
        "cpl",
        "chm",
        "url",
        "dll",
        "app",
        "apk",
        "dmg",
        "html",
        "htm",
        "xhtml",
        "shtml",
        "mht",
        "mhtml",
        "svg",
        "svgz",
        "xml",
        "xsl",
        "swf",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "potm",
        "ppam",
        "one",
        "sh",
        "py",
        "rb",
        "pl",
        "desktop",
    ]
)
_RUNNING_TYPES = re.compile(
    r"text/html|application/xhtml\+xml|image/svg\+xml|(?:text|application)/(?:x-)?javascript|text/xml|application/xml|"
    r"application/(?:x-ms(?:dos-program|download|i)|x-dosexec|hta|x-sh|java-archive|x-shockwave-flash)|text/x-amp-html"
)
_ARCHIVES = frozenset(["zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "cab", "ace", "arj", "lzh", "zst"])


@dataclass(frozen=True)
class Attachment:
    """A part that is no text of the letter itself. `type` as declared: only who keeps the bytes says what they are."""

    name: str
    type: str
    content: bytes
    cid: str = ""  # by which the words name it
    marks: tuple[str, ...] = ()  # codes of MARKS

    @property
    def size(self) -> int:
        return len(self.content)


def attachment(part: Part) -> Attachment:
    """A part as an attachment, whole; archives and the like are never opened."""
    raw = raw_name(part)
    return named(raw, part.kind, part.content(), cid=one_line(part.head.first("content-id")).strip("<> ")[:300])


def named(raw: str, kind: str, content: bytes, *, cid: str = "") -> Attachment:
    name = _bare(raw) or kind.replace("/", ".")
    return Attachment(name=name, type=kind, content=content, cid=cid, marks=tuple(_marks(raw, name, kind)))


def raw_name(part: Part) -> str:
    """The name a part gives itself, decoded, "" for none."""
    said = parameters_of(part.head.first("content-disposition")).get("filename") or part.parameters.get("name", "")
    return decoded_raw(said)


def _bare(raw: str) -> str:
    """A name without folders, line ends and turned letters; its ending survives the cut."""
    name = re.split(r"[/\\]", one_line(raw))[-1].strip(". ") if raw else ""
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - 20]}….{ending}" if dot and len(ending) < 18 else name[:LONGEST_NAME]


def _marks(raw: str, name: str, kind: str) -> list[str]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    found = []
    if ending in _RUNS or _RUNNING_TYPES.fullmatch(kind):
        found.append("dangerous")
    if turns(raw):
        found.append("turned_name")
    if ending in _ARCHIVES:
        found.append("archive")
    if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name.lower() == "winmail.dat":
        found.append("winmail")
    if kind in {"text/calendar", "application/ics"} or ending == "ics":
        found.append("invitation")
    if kind in {"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
        found.append("sealed")
    return found
