"""Hiding what is reported until somebody has looked: `hide_reported` of a policy's front matter. Pure."""

from trustdesk.policy.reading import Section

LEAST, MOST = 3_600.0, 7 * 86_400.0  # seconds: a restriction nobody judged must end soon


def hide_terms(front: Section) -> float:
    """For how many seconds at most; 0: never. What is wrong is told with its place."""
    seconds = front.seconds("hide_reported", default=0.0)
    if seconds and not LEAST <= seconds <= MOST:
        front.wrong("hide_reported", "must lie between 1 hour and 7 days: nobody has judged it yet")
        return 0.0
    return seconds
