"""Why a desk does not start: one sentence each, said on one line, no traceback."""


class CannotStart(Exception):
    """The desk cannot start; the message says why and what to do."""


class Stopping(BaseException):
    """Someone asked to stop while the desk was starting."""
