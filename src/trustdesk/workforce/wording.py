"""Words for channels."""

from django.utils.translation import gettext as _


def channel_word(channel: str) -> str:
    words: dict[str, str] = {"phone": _("Calls"), "chat": _("Chats"), "mail": _("Mails and forms")}
    return words.get(channel, channel)
