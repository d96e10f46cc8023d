"""How clocks say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchPolicy(NotFound):
    """There is no such clock policy."""


class NoSuchConversation(NotFound):
    """No clocks were opened for this work."""


class OpenedAlready(Refusal):
    """The clocks of this work were opened already."""

    code, status = "opened_already", 409
