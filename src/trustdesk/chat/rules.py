"""How long a chat lasts, how much may be said in it. Pure."""

from datetime import datetime, timedelta

CHANNEL, QUEUE, RIGHT = "chat", "chats", "support.answer"
ENDS = ("agent", "visitor", "idle")

LONGEST = 4_000  # characters of one message
MOST = 500  # messages of one visitor in one chat
BURST, BURST_OVER = 20, timedelta(minutes=1)  # messages in this time
MOST_BEGUN, BEGUN_OVER = 20, timedelta(hours=1)  # chats begun from one network in this time

HERE_FOR = timedelta(seconds=60)  # a page that is open says so three times a minute
GONE_AFTER = timedelta(minutes=10)  # nobody has the page open
STILL_AFTER = timedelta(minutes=45)  # nobody says anything
READABLE_FOR = timedelta(hours=24)  # what was said, on the page, after the end
FORGOTTEN_AFTER = timedelta(days=1)  # opened, and nothing was ever said


def burst(*, since: datetime | None, count: int, now: datetime) -> tuple[datetime, int] | None:
    """The window of messages and how many it has with one more; None when it is full."""
    if since is None or now - since >= BURST_OVER:
        return now, 1
    return (since, count + 1) if count < BURST else None
