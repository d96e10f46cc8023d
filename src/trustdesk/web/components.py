"""Words and tones of the components: outcomes, lanes. Templates use them through the tag library `desk`."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sign:
    """How one value is shown: its word, tone and icon."""

    word: Any
    tone: str = ""
    icon: str = ""


# Outcomes, item states and what people do: one word for one thing on every page.
SIGNS: dict[str, Sign] = {
    "approve": Sign(_("Approve"), "approve", "check"),
    "limit": Sign(_("Limit"), "limit", "limit"),
    "review": Sign(_("Review"), "warning", "eye"),
    "hold": Sign(_("Hold"), "hold", "hold"),
    "reject": Sign(_("Reject"), "reject", "cross"),
    "escalate": Sign(_("Escalate"), "escalate", "escalate"),
    "warn": Sign(_("Warn"), "warning", "warn"),
    "educate": Sign(_("Explain"), "accent", "book"),
    "remove": Sign(_("Remove"), "reject", "cross"),
    "flag": Sign(_("Flag"), "", "flag"),
    "restricted": Sign(_("Restricted"), "reject", "limit"),
    "clean": Sign(_("Nothing restricted")),
    "effective": Sign(_("In effect")),
    "superseded": Sign(_("Superseded")),
    "approved": Sign(_("Approved"), "approve", "check"),
    "live": Sign(_("Live"), "approve", "check"),
    "rejected": Sign(_("Rejected"), "reject", "cross"),
    "held": Sign(_("Held"), "hold", "hold"),
    "limited": Sign(_("Limited"), "limit", "limit"),
    "in_review": Sign(_("In review"), "warning", "eye"),
    "pending": Sign(_("Pending"), "", "clock"),
    "withdrawn": Sign(_("Withdrawn"), "", "skip"),
    "escalated": Sign(_("Escalated"), "escalate", "escalate"),
    "skipped": Sign(_("Skipped"), "", "skip"),
    "open": Sign(_("Open"), "", "work"),
    "claimed": Sign(_("Claimed"), "accent", "person"),
    "done": Sign(_("Done"), "approve", "check"),
    "closed": Sign(_("Closed"), "", "lock"),
    "delivered": Sign(_("Delivered"), "approve", "check"),
    "failed": Sign(_("Failed"), "reject", "cross"),
    "waiting": Sign(_("Waiting"), "", "clock"),
    "dead": Sign(_("Given up"), "reject", "warn"),
    # Kinds of content and media.
    "ad": Sign(_("Ad")),
    "listing": Sign(_("Listing")),
    "product": Sign(_("Product")),
    "shop": Sign(_("Shop")),
    "profile": Sign(_("Profile")),
    "comment": Sign(_("Comment")),
    "message": Sign(_("Message")),
    "image": Sign(_("Image")),
    "short_video": Sign(_("Short video")),
    "livestream": Sign(_("Livestream")),
    "video": Sign(_("Video")),
    "audio": Sign(_("Audio")),
    "document": Sign(_("Document")),
}

# What the kernel's lane numbers mean: config.wiring fills this.
LANES: dict[int, Any] = {}


def sign(code: str) -> Sign:
    """How a code is shown; an unknown one is its own word."""
    return SIGNS.get(code) or Sign(code.replace("_", " ").capitalize())


def lane_name(number: int) -> Any:
    return LANES.get(number, "")
