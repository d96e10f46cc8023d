import pytest

from trustdesk.kernel.people.queries import actor_for
from trustdesk.web.tests import makers


@pytest.fixture
def jonas():
    return actor_for(makers.staff("lead", name="Jonas"))


@pytest.fixture
def sari():
    return actor_for(makers.staff("reviewer", name="Sari"))
