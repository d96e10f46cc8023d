"""A report that comes by mail: its words, the addresses it names, who sent it.

A mail is filed under “something else” unless its subject names a category, and who writes to this address says by that
what the form asks them to confirm. What it lacks is asked back: without a reason nothing is taken in; without an address
it waits, and the receipt asks for one. A sender's address proves nothing, so nobody is a trusted flagger by mail.
"""

import re
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext_noop

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.notices import actions, finding
from trustdesk.notices.rules import CATEGORIES, MOST_ADDRESSES
from trustdesk.post.queries import Incoming

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{4,1990}")
NOWHERE = "mail: "  # begins what stands in place of an address where a mail names none


def receive_mail(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    """Take a mail in as a notice. Raises Invalid, with sentences for its sender, and TooManyNotices."""
    mail = incoming.mail
    named = _addresses(mail.text)
    _complete_enough(_ADDRESS.sub("", f"{mail.subject} {mail.text}"), named, answerable=bool(mail.answer_to))
    items, accounts, addresses = finding.placed(named)
    subject = mail.subject.casefold()
    taken = actions.receive(
        actor=actor,
        submission=actions.Submission(
            category=next((code for code in CATEGORIES if code.replace("_", " ") in subject), "other"),
            reason="\n\n".join(part for part in (mail.subject.strip(), mail.text.strip()) if part)[
                : actions.LONGEST_REASON
            ],
            good_faith=True,
            channel="mail",
            sender=actions.Sender(email=mail.answer_to, name=mail.sender.name if mail.sender else ""),
            source=actions.source_of(named),
            items=items,
            accounts=accounts,
            # Words without an address are for a person to make sense of.
            addresses=addresses or (() if items else (f"{NOWHERE}{mail.subject.strip() or incoming.id}"[:2_000],)),
            language=incoming.language or "en",
        ),
        now=now,
    )
    return f"notice:{taken.standings[0][0]}"


def receive_answer(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    """An answer to a receipt that asked where it is: the signed address names the notice. Raises what completing raises."""
    if incoming.key is None:
        raise NotFound(gettext_noop("Answer the letter that asked you."))
    actions.complete(actor=actor, notice_id=incoming.key, addresses=_addresses(incoming.mail.text), now=now)
    return f"notice:{incoming.key}"


def _addresses(text: str) -> list[str]:
    return list(islice(dict.fromkeys(one.group().rstrip(".,;:!?") for one in _ADDRESS.finditer(text)), 200))


def _complete_enough(words: str, named: list[str], *, answerable: bool) -> None:
    """Raise Invalid with what is asked back, in sentences that have their translations."""
    fields: dict[str, str] = {}
    if len(words.strip()) < actions.SHORTEST_REASON:
        fields["reason"] = gettext_noop("Say why you think that something is wrong: a sentence or two are enough.")
        if not named:
            fields["subject"] = gettext_noop("Say where it is: copy the address of the page into your mail.")
    if len(named) > MOST_ADDRESSES:
        fields["subject"] = gettext_noop("One mail names at most 50 addresses. Please send the others in another one.")
    if not answerable:
        fields["reporter"] = gettext_noop("A report needs an address to which we can answer.")
    if fields:
        raise Invalid(
            gettext_noop("We could not take your report in yet. Please send it again, with this:"), fields=fields
        )
