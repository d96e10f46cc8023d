"""The people of the sample desk, while they are there."""

from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor


def person(email: str) -> Actor | None:
    """Who signs in with this address; None once they were sent away."""
    staff = next((one for one in people.staff_list() if one.email == email and one.active), None)
    return people.actor_by_id(staff.id) if staff else None
