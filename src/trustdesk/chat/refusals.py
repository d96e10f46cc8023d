"""How chats say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchChat(NotFound):
    """This chat is over, or was never here. Please begin a new one."""

    code = "no_such_chat"


class ChatOver(Refusal):
    """This chat has ended. Begin a new one to write again."""

    code, status = "chat_over", 409


class TooQuick(Refusal):
    """You write very quickly. What you wrote is kept here and sent in a moment."""

    code, status = "too_quick", 429


class TooManyChats(Refusal):
    """Too many chats came from here at once. Please try again in a few minutes."""

    code, status = "too_many_chats", 429


class TooMuchSaid(Refusal):
    """This chat has grown too long. Please write to us by e-mail instead."""

    code, status = "too_much_said", 409


class InOtherHands(Refusal):
    """A colleague has this chat in hand."""

    code, status = "in_other_hands", 409


class NobodyThere(Refusal):
    """Nobody of this team can take the chat now."""

    code, status = "nobody_there", 409
