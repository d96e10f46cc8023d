"""What a livestream may be up to. Pure, and light: processes that look at nothing know it, too."""

from trustdesk.signals.video.playlists import REASONS

# What a stream is up to.
WAITING = "waiting"  # nothing has come yet
LIVE = "live"
STALLED = "stalled"  # nothing new for too long
LOOPING = "looping"  # the same pictures in turn, again and again
LYING = "lying"  # says that it is live, and is not: `reason` tells why
ENDED = "ended"
REFUSED = "refused"  # is not watched: `reason` is a code of playlists.REASONS
STATES = (WAITING, LIVE, STALLED, LOOPING, LYING, ENDED, REFUSED)
OVER = (ENDED, REFUSED)

# Why a stream is called what it is called, in words for people.
WHY: dict[str, str] = {
    "backwards": "The stream's numbers go backwards: it serves old pieces as new.",
    "black": "The stream has been showing nothing but black.",
    "frozen": "The stream has been showing one still picture.",
    "gone": "Nothing has come from the stream for ten minutes.",
    "stopped": "The desk looks at it no more.",
}


def words(reason: str) -> str:
    """Why, for people; empty where the state says it all."""
    return {**REASONS, **WHY}.get(reason, "")
