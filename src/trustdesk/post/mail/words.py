"""The words of a mail: lines put together again, what somebody wrote, what they answer to.

Only marks that programs make are trusted, in the languages of the desk's markets and of common programs; where nothing is
recognised everything is the writer's own. Nothing is lost: text and quoted hold every line between them.
"""

import re

from trustdesk.post.mail.markup import QUOTE_MARK

LONGEST_LINE = 400  # code points of a line that may introduce a quote
# "Write above this line", as letters of the desk say it; `ref:` may follow with the token of the case.
ABOVE = {
    "en": "Please write your answer above this line",
    "id": "Tulis jawaban Anda di atas garis ini",
}
_ABOVE = re.compile("|".join(re.escape(words) for words in ABOVE.values()), re.IGNORECASE)
_OPENS = re.compile(
    r"[>\s*]*(?:(?:on|pada|am|le|el|em|il|op|den|dne|w dniu|dnia|vào|в|på|tanggal|sen|sel|rab|kam|jum|sab|min|mon|tue|wed|thu|fri|sat|"
    r"sun|пн|вт|ср|чт|пт|сб|вс)\b|在|于|\d|\w[^<>]{0,80}<[^<>\s]{3,200}@)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(?:wrote|writes|menulis|tulis|schrieb|écrit|ha scritto|scrisse|escribió|escreveu|schreef|skrev|kirjoitti|napsal(?:a|\(a\))?|"
    r"napisał(?:a|\(a\))?|пишет|написал(?:а|\(а\))?|đã viết|yazdı|写道|寫道|のメール|님이 작성)(?:\s[^\n]{0,120}?)?\s*[:：]\s*\Z",
    re.IGNORECASE,
)
_RULED = re.compile(
    r"[>\s]*[-_=*]{2,}\s*(?:original message|original appointment|pesan asli|pesan terusan|forwarded message|ursprüngliche nachricht|"
    r"weitergeleitete nachricht|message d'origine|message transféré|mensaje original|mensagem original|"
    r"messaggio originale|oorspronkelijk bericht|исходное сообщение|원본 메시지|原始邮件|原始郵件)\s*[-_=*]*\s*\Z",
    re.IGNORECASE,
)
_FORWARDS = re.compile(
    r"\s*(?:begin forwarded message|awal pesan terusan|anfang der weitergeleiteten nachricht)\s*:\s*\Z", re.IGNORECASE
)
# The block that Outlook and its kin put above what they quote: who, then when, then to whom or about what.
_FROM = re.compile(
    r"[>\s*]*(?:from|dari|von|de|van|da|från|fra|od|от|发件人|寄件者|差出人|보낸 사람)\s*\*?\s*[:：]\*?\s*\S",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"[>\s*]*(?:sent|date|dikirim|tanggal|gesendet|datum|envoyé|enviado|enviada|fecha|data|inviato|verzonden|skickat|"
    r"sendt|wysłano|отправлено|дата|发送时间|日期|送信日時|보낸 날짜)(?:\s+on)?\s*\*?\s*[:：]",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"[>\s*]*(?:to|cc|subject|kepada|ke|perihal|subjek|an|betreff|à|objet|para|asunto|assunto|a|oggetto|aan|onderwerp|"
    r"till|ämne|til|emne|do|temat|кому|тема|收件人|主题|主旨|宛先|件名|받는 사람|제목)\s*\*?\s*[:：]",
    re.IGNORECASE,
)
_LINE_OF_MARKS = re.compile(r"\s*[_-]{10,}\s*\Z")


def unflowed(text: str, *, delsp: bool) -> str:
    """Lines that a program broke for the way are whole again (RFC 3676); quotes keep one mark a level."""
    out: list[str] = []
    open_depth = -1  # of a line that goes on
    for line in text.split("\n"):
        bare = line.rstrip("\r")
        words = bare.lstrip(">")
        depth = len(bare) - len(words)
        words = words.removeprefix(" ")  # stuffed
        flows = words.endswith(" ") and words != "-- "
        piece = words[:-1] if flows and delsp else words
        if open_depth == depth and words != "-- " and out:
            out[-1] += piece
        else:
            out.append((">" * depth + " " if depth else "") + piece)
        open_depth = depth if flows else -1
    return "\n".join(line.rstrip(" ") if line != "-- " else line for line in out)


def own_words(text: str) -> tuple[str, str]:
    """(what somebody wrote, what stands quoted below it). Lines quoted between one's own words stay with them; a mail
    that is nothing but a quote is somebody's words."""
    lines = text.split("\n")
    cut, begins = _cut(lines)
    if cut is None:
        end = len(lines)
        while end and (lines[end - 1].startswith(">") or not lines[end - 1].strip()):
            end -= 1
        own, quoted = _joined(lines[:end]), _joined(lines[end:])
        return (own, quoted) if own else (quoted, "")
    own, quoted = _joined(lines[:cut]), _joined(lines[cut:])
    if begins is not None:  # quoted line by line: what follows the quote is written below it
        end = begins
        while end < len(lines) and (_is_quote(lines[end]) or not lines[end].strip()):
            end += 1
        below = _joined(lines[end:])
        if below and end > begins:
            if any(_is_quote(line) for line in lines[end:]):  # answers between the quotes: together or not at all
                return (_joined([*lines[:cut], *lines[begins:]]), _joined(lines[cut:begins]))
            own, quoted = _joined([own, "", below]), _joined(lines[cut:end])
    return (own, quoted) if own else (quoted, "")


def _cut(lines: list[str]) -> tuple[int | None, int | None]:
    """(first line of what is quoted, where its quote marks begin where it is quoted line by line)."""
    for at, line in enumerate(lines):
        if line.startswith(QUOTE_MARK):
            return at, None
        if len(line) > LONGEST_LINE or not line.strip():
            continue
        if _ABOVE.search(line):
            return (None, None) if _is_quote(line) and not any(map(str.strip, lines[:at])) else (at, None)
        if _is_quote(line):
            continue
        if _RULED.match(line) or _FORWARDS.match(line):
            return at, None
        if (begins := _introduces(lines, at)) is not None:
            follows = next((n for n in range(begins, len(lines)) if lines[n].strip()), None)
            return at, follows if follows is not None and _is_quote(lines[follows]) else None
        if _is_block(lines, at):
            above = next((n for n in range(at - 1, -1, -1) if lines[n].strip()), None)
            return (above if above is not None and _LINE_OF_MARKS.match(lines[above]) else at), None
    return None, None


def _introduces(lines: list[str], at: int) -> int | None:
    """The line behind “On Tuesday Amara wrote:”, which programs break into up to four; None for other lines."""
    if not _OPENS.match(lines[at]):
        return None
    said = ""
    for n in range(at, min(at + 4, len(lines))):
        if len(lines[n]) > LONGEST_LINE or lines[n].startswith(QUOTE_MARK):
            return None
        if n > at and (not lines[n].strip() or _introduces(lines, n) is not None):
            return None  # it begins further down
        said = f"{said} {lines[n].strip()}"
        # Somebody may write “on Monday he wrote:”; programs name a day or an address.
        if _WROTE.search(said) and re.search(r"\d|@", said):
            return n + 1
    return None


def _is_block(lines: list[str], at: int) -> bool:
    if not _FROM.match(lines[at]):
        return False
    near = [line for line in lines[at + 1 : at + 8] if len(line) <= 4 * LONGEST_LINE]
    return any(map(_WHEN.match, near)) and any(map(_WHOM.match, near))


def _is_quote(line: str) -> bool:
    return line.lstrip(" ").startswith(">")


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(line for line in lines if line != QUOTE_MARK).strip("\n \t"))
