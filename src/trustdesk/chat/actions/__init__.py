"""Every verb of chats."""

from trustdesk.chat.actions.ending import end, end_idle, end_of_case, send_transcript
from trustdesk.chat.actions.handing import hand_over, hand_to_team
from trustdesk.chat.actions.talking import be_here, follow, keep_address, open_chat, say
from trustdesk.chat.refusals import ChatOver, NobodyThere, NoSuchChat, TooManyChats, TooMuchSaid, TooQuick

__all__ = [
    "ChatOver",
    "NoSuchChat",
    "NobodyThere",
    "TooManyChats",
    "TooMuchSaid",
    "TooQuick",
    "be_here",
    "end",
    "end_idle",
    "end_of_case",
    "follow",
    "hand_over",
    "hand_to_team",
    "keep_address",
    "open_chat",
    "say",
    "send_transcript",
]
