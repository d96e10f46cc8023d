"""Words of statements, called when their language is active: kinds of things, fields, restrictions."""

from typing import Any

from django.utils.translation import gettext as _

FIELD_WORDS: dict[str, Any] = {
    "title": lambda: _("Title"),
    "body": lambda: _("Text"),
    "price": lambda: _("Price"),
    "category": lambda: _("Category"),
}

KIND_WORDS: dict[str, Any] = {
    "ad": lambda: _("ad"),
    "listing": lambda: _("listing"),
    "product": lambda: _("product"),
    "shop": lambda: _("shop"),
    "profile": lambda: _("profile"),
    "review": lambda: _("review"),
    "comment": lambda: _("comment"),
    "message": lambda: _("message"),
    "image": lambda: _("image"),
    "short_video": lambda: _("video"),
    "livestream": lambda: _("livestream"),
    "account": lambda: _("account"),
}

RESTRICTION_WORDS: dict[str, Any] = {
    "remove": lambda: _("Removed %(where)s"),
    "disable": lambda: _("Not shown to others %(where)s"),
    "demote": lambda: _("Shown further down in lists and search %(where)s"),
    "age": lambda: _("Shown to adults only %(where)s"),
    "geo": lambda: _("Not shown %(where)s"),
    "label": lambda: _("Shown with a label %(where)s"),
    "interaction": lambda: _("Others cannot answer or share it %(where)s"),
    "suspend_account": lambda: _("Suspended %(where)s"),
    "end_account": lambda: _("Ended %(where)s"),
    "suspend_service": lambda: _("Parts of our service are suspended %(where)s"),
    "end_service": lambda: _("Parts of our service are ended %(where)s"),
    "ban_live": lambda: _("No livestreams %(where)s"),
    "ban_comment": lambda: _("No comments or reviews %(where)s"),
    "ban_sell": lambda: _("No new ads or listings %(where)s"),
    "ban_message": lambda: _("No messages to others %(where)s"),
    "demonetise": lambda: _("No earnings %(where)s"),
    "limit_interaction": lambda: _("You and others can answer each other less %(where)s"),
}
