"""Whether a mail pretends: each mark is a code with its sentence. A mark is no proof; it is what a person should know."""

import re
import unicodedata

from django.utils.translation import gettext_noop

from trustdesk.engine.entities.web import host_of, registered_domain, shown_host
from trustdesk.engine.lookalikes import DRAWN_LIKE
from trustdesk.post.mail.addresses import Address
from trustdesk.post.mail.structure import Head

WHY: dict[str, str] = {
    "name_is_an_address": gettext_noop("The name of the sender reads like an address that it is not."),
    "failed_checks": gettext_noop("Our own mail server found that the mail does not come from where it says."),
    "reply_to_elsewhere": gettext_noop("Answers would go to another domain than the one the mail says to come from."),
    "encoded_address": gettext_noop("An address is written in encoded words, so that it would be read as another one."),
    "no_address": gettext_noop("What stands as the sender is not an address."),
    "no_sender": gettext_noop("It does not say who sent it."),
    "several_senders": gettext_noop("It names several senders."),
    "several_addresses": gettext_noop("One name has several addresses."),
    "hidden_marks": gettext_noop("A name holds hidden marks: line ends, or letters that read backwards."),
    "lookalike_domain": gettext_noop("The domain has letters that are drawn like others."),
    "says_to_be_us": gettext_noop("It says to come from the desk itself."),
    "header_injection": gettext_noop("A header hides line ends in encoded words, to smuggle in others."),
    "repeated_header": gettext_noop("A header that may stand once stands there several times."),
}
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"'@=?]{1,64}\s?@\s?([^\s<>()\[\],;:\"'@=?]{1,200}\.[^\s<>()\[\],;:\"'@=?.]{2,60})"
)
_ONCE = ("from", "sender", "reply-to", "to", "subject", "date", "message-id", "in-reply-to", "references", "cc")
_RESULT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*(\w+)", re.IGNORECASE)


def marks(
    *,
    head: Head,
    senders: list[Address],
    reply_to: list[Address],
    subject: str,
    authserv: str = "",
    own_domain: str = "",
) -> tuple[str, ...]:
    """Codes of WHY, in its order. `authserv`: what our own mail server calls itself in Authentication-Results; results of
    others prove nothing. `own_domain`: of the desk's addresses. `subject` decoded, with whatever line ends it hides."""
    found: set[str] = {code for one in (*senders, *reply_to) for code in one.odd}
    if not senders:
        found.add("no_sender")
    if len({one.address.lower() for one in senders}) > 1 or len(head.all("from")) > 1:
        found.add("several_senders")
    if any(len(head.all(name)) > 1 for name in _ONCE):
        found.add("repeated_header")
    if re.search(r"[\r\n]", subject):
        found.add("header_injection")
    sender = senders[0] if senders else None
    if sender is not None:
        if _poses(sender):
            found.add("name_is_an_address")
        if lookalike(sender.domain):
            found.add("lookalike_domain")
        if own_domain and sender.domain == own_domain.lower():
            found.add("says_to_be_us")
        if authserv and not _passed(head, authserv, sender.domain):
            found.add("failed_checks")
        if sender.address and any(one.address and not _same_house(one.domain, sender.domain) for one in reply_to):
            found.add("reply_to_elsewhere")
    if any(lookalike(one.domain) for one in reply_to):
        found.add("lookalike_domain")
    return tuple(code for code in WHY if code in found)


def lookalike(domain: str) -> bool:
    """Is a label of the domain, as people see it, of several scripts, or wholly of letters drawn like Latin ones?"""
    for label in shown_host(domain).split("."):
        letters = [mark for mark in label if mark.isalpha() and not mark.isascii()]
        if not letters:
            continue
        scripts = {_script(mark) for mark in label if mark.isalpha()} - {""}
        # Japanese and Korean are written in several scripts.
        if len(scripts - {"HIRAGANA", "KATAKANA", "CJK", "HANGUL", "BOPOMOFO"}) > 1:
            return True
        if "LATIN" not in scripts and all(mark in DRAWN_LIKE for mark in letters):
            return True
    return False


def _script(mark: str) -> str:
    return unicodedata.name(mark, "").partition(" ")[0]


def _poses(sender: Address) -> bool:
    """Does the name hold an address, and not the sender's own?"""
    name = unicodedata.normalize("NFKC", sender.name)
    return any(
        re.sub(r"\s", "", found.group()).lower().rstrip(".") != sender.address.lower()
        for found in _ADDRESS.finditer(name[:400])
    )


def _same_house(one: str, other: str) -> bool:
    return one == other or (registered_domain(host_of(one)) or one) == (registered_domain(host_of(other)) or other)


def _passed(head: Head, authserv: str, domain: str) -> bool:
    """What our own server found (RFC 8601): True where it found nothing wrong, or said nothing."""
    said: dict[str, list[str]] = {}
    for value in head.all("authentication-results"):
        bare = re.sub(r"\([^()]{0,500}\)", "", value)
        named = bare.partition(";")[0].split()
        if not named or named[0].lower().rstrip(".") != authserv.lower():
            continue
        for kind, result in _RESULT.findall(bare[:20_000]):
            said.setdefault(kind.lower(), []).append(result.lower())
        if f"header.from={domain}" in bare.lower() and "pass" in said.get("dmarc", []):
            return True
        break  # only the topmost of ours is from this passage
    if "dmarc" in said:
        return "fail" not in said["dmarc"]
    checked = said.get("spf", []) + said.get("dkim", [])
    return "pass" in checked or not any(one in {"fail", "softfail", "permerror"} for one in checked)
