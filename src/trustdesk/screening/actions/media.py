"""Fetching media by URL: outside any transaction, in the worker only, with the safety rules of `files`."""

from datetime import datetime
from uuid import UUID

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.files import actions as files
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import SYSTEM


def fetch_wanted(*, version_id: UUID, now: datetime) -> int:
    """Fetch what is wanted and note what became of each; returns how many were looked at. A refused one says why."""
    version = content.versions_by_id([version_id]).get(version_id)
    if version is None:
        return 0
    wanted = [medium for medium in version.media if medium.state == "wanted"]
    results: dict[UUID, tuple[UUID | None, str]] = {}
    for medium in wanted:
        try:
            results[medium.id] = (files.fetch_file(actor=SYSTEM, url=medium.url, now=now).id, "")
        except Refusal as refusal:
            results[medium.id] = (None, refusal.message)
    if results:
        content_actions.note_media(actor=SYSTEM, item_id=version.item, version=version.no, results=results, now=now)
    return len(results)
