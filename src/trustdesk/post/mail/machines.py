"""Mail that machines sent: whether anything may be written back by one, and which letter did not arrive.

The headers are RFC 3834 and what programs do besides it. Each header counts as often as it stands there, and a list of
values is a list.
"""

import logging
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from trustdesk.post.mail.addresses import one_line
from trustdesk.post.mail.structure import Head, Part, split

# It tells of every detector it runs and shows a trace where one stumbles over a stranger's words; we catch that.
logging.getLogger("flufl.bounce").disabled = True
MOST_REPORT = 200_000  # bytes of a report, and of a mail that is searched for a bounce in words
_MINE = re.compile(r"<[^<>\s]{1,300}>")
_ADDRESS = re.compile(r"[^\s<>;,\"@\x00-\x1f]{1,200}@[^\s<>;,\"@\x00-\x1f]{1,250}")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_DAEMONS = re.compile(r"(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|bounces?)(?:[+=_-].*)?", re.IGNORECASE)
_AWAY = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|autoreply|out of (?:the )?office|away from (?:the )?office|on vacation|"
    r"balasan otomatis|jawaban otomatis|di luar kantor|sedang cuti|automatische antwort|abwesenheit(?:snotiz|sbenachrichtigung)?|"
    r"réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|resposta automática|risposta automatica|"
    r"fuori sede|automatisch antwoord|afwezig|autosvar|automatiskt svar|odpowiedź automatyczna|автоматический ответ|автоответ|"
    r"自动回复|自動回覆|自動応答|자동 회신)(?:\s*[:：!.\-–—]|\s*\Z)",
    re.IGNORECASE,
)
_BOUNCED = re.compile(
    r"undeliver|returned mail|delivery (?:status|has failed|failure|failed|incomplete)|mail delivery|failure notice|unzustellbar|"
    r"non remis|gagal dikirim|tidak terkirim|couldn't be delivered|could not be delivered",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Bounce:
    """A letter did not arrive. `permanent`: no later try can help; `status` as RFC 3463 counts, "" where nothing is said;
    `original`: the Message-ID of the letter, "" where the report does not hold it."""

    address: str
    permanent: bool
    status: str
    original: str
    said: str = ""  # the words of the server


def automatic(head: Head, *, kind: str, return_path: str) -> list[tuple[str, bool]]:
    """Why nothing may be written back by a machine, each with whether a machine is known to have sent it.

    Somebody's program may ask that nothing be answered to what they wrote themselves, and lists carry what people write.
    """
    found: list[tuple[str, bool]] = []
    for value in head.all("auto-submitted"):
        said = re.split(r"[;(\s]", value.strip().lower())[0]
        if said and said != "no":
            found.append((f"Auto-Submitted: {said[:40]}", True))
    path = return_path or next(iter(head.all("return-path")), "")
    if path.replace(" ", "") == "<>":
        found.append(("no return path", True))
    for value in head.all("precedence"):
        said = value.strip().lower().partition(" ")[0]
        if said in {"bulk", "junk", "list", "auto_reply"}:
            found.append((f"Precedence: {said}", True))
    for value in head.all("x-auto-response-suppress"):
        asked = {one for one in re.split(r"[,;\s]+", value.lower()) if one}
        if asked & {"all", "oof", "autoreply"}:
            found.append((f"X-Auto-Response-Suppress: {one_line(value)[:80]}", False))
    found += [
        (name, True)
        for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply")
        if any(value.strip().lower() not in {"", "no", "none", "false"} for value in head.all(name.lower()))
    ]
    if head.all("list-id"):
        found.append(("List-Id", False))
    if kind == "multipart/report":
        found.append(("a report", True))
    return found


def away(subject: str) -> bool:
    """Does the subject say what out-of-office programs say? People may write it too: it keeps machines quiet, no more."""
    return bool(_AWAY.match(re.sub(r"(?i)\A\s*(?:re|aw|bls|sv)\s*:\s*", "", subject)))


def bounce(
    raw: bytes, head: Head, parts: list[Part], *, kind: str, sender: str, subject: str, text: str
) -> Bounce | None:
    """Which letter did not arrive, by the report's own parts, else by what servers without reports say."""
    original = _original(parts) or _named(text)
    reports = [part for part in parts if part.kind in {"message/delivery-status", "message/global-delivery-status"}]
    for part in reports:
        found = _of_report(part.content()[:MOST_REPORT], original)
        if found is not None:
            return found
    if reports or kind == "multipart/report":
        # A report of something else: delivered, displayed, a complaint.
        return None if reports else _in_words(raw, text, original, needed=_report_type(head) == "delivery-status")
    failed = [one for value in head.all("x-failed-recipients") for one in _ADDRESS.findall(value[:5_000])]
    if failed:  # Exim
        status = _status(text)
        return Bounce(failed[0], not status.startswith("4"), status, original, said="")
    nobody = head.first("return-path").replace(" ", "") == "<>"
    daemon = _DAEMONS.fullmatch(sender.partition("@")[0]) is not None
    if daemon or (nobody and _BOUNCED.search(subject)):
        return _in_words(raw, text, original, needed=bool(_BOUNCED.search(subject)))
    return None


def _of_report(content: bytes, original: str) -> Bounce | None:
    """The first recipient for good, else the first at all, of those a report says failed or wait (RFC 3464)."""
    found: list[Bounce] = []
    rest = content.lstrip(b"\r\n")
    for _ in range(500):
        if not rest.strip():
            break
        head, after = split(rest)
        rest = after.lstrip(b"\r\n") if len(after) < len(rest) else b""
        action = head.first("action").strip().lower().partition(" ")[0]
        whom = head.first("final-recipient") or head.first("original-recipient")
        address = _ADDRESS.search(whom.partition(";")[2] or whom)
        if address is None or action in {"delivered", "relayed", "expanded"}:
            continue
        status = _status(head.first("status")) or _status(head.first("diagnostic-code"))
        if status.startswith("2"):
            continue
        # “Delayed” is no end; a failure whose number says “for now” may pass.
        permanent = action != "delayed" and not status.startswith("4")
        said = one_line(head.first("diagnostic-code"))[:300]
        found.append(Bounce(one_line(address.group()), permanent, status, original, said=said))
    return next((one for one in found if one.permanent), found[0] if found else None)


def _in_words(raw: bytes, text: str, original: str, *, needed: bool) -> Bounce | None:
    """Where a server says it in its own words, flufl.bounce knows many of them. With `needed` something is said anyway."""
    temporary: frozenset[bytes] = frozenset()
    permanent: frozenset[bytes] = frozenset()
    try:
        message: Message = message_from_bytes(raw[:MOST_REPORT])
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: S110  whatever a stranger's words make the library do, we know no more than before
        pass
    status = _status(text)
    for found, for_good in ((permanent, True), (temporary, False)):
        for address in sorted(one.decode("utf-8", "replace") for one in found):
            if _ADDRESS.fullmatch(address):
                return Bounce(address[:320], for_good and not status.startswith("4"), status, original)
    return Bounce("", status.startswith("5"), status, original) if needed else None


def _original(parts: list[Part]) -> str:
    """The Message-ID of the letter a report holds, whole or its head."""
    for part in parts:
        if part.kind in {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}:
            head, _ = split(part.content()[:MOST_REPORT].lstrip(b"\r\n"))
            if found := _MINE.search(head.first("message-id")):
                return found.group()
    return ""


def _named(text: str) -> str:
    found = re.search(r"(?im)^[ >]*message-id:\s*(<[^<>\s]{1,300}>)", text[:MOST_REPORT])
    return found.group(1) if found else ""


def _report_type(head: Head) -> str:
    found = re.search(r"report-type\s*=\s*\"?([\w-]+)", head.first("content-type"), re.IGNORECASE)
    return found.group(1).lower() if found else ""


def _status(text: str) -> str:
    found = _STATUS.search(text[:20_000])
    return found.group() if found else ""
