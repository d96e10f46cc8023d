"""The page of a mailbox."""

import pytest

from trustdesk.post.mailboxes import viewing
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def test_the_mailbox_a_desk_begins_with_was_never_changed_and_has_a_page(client):
    found = viewing.of_code(viewing.DEFAULT)
    assert found.id is not None
    assert viewing.versions(found.id) == []
    client.force_login(makers.staff("admin"))

    answer = client.get(f"/mailboxes/{found.id}")

    assert answer.status_code == 200
    assert found.name in answer.content.decode()
