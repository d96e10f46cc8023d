"""What is attached to what somebody has begun to write."""

from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.support.models import Draft
from trustdesk.support.views import Attachment, attachments


def files_of_drafts(case_id: UUID, *, actor: Actor) -> dict[str, tuple[Attachment, ...]]:
    """What the actor has attached here, by mode."""
    if actor.kind != "staff":
        return {}
    rows = Draft.objects.filter(case_id=case_id, staff_id=UUID(actor.id))
    return {mode: attachments(files) for mode, files in rows.values_list("mode", "files")}
