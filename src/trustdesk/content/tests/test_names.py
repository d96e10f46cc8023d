"""Items and accounts are asked for by name; names that no source of the desk gave find nothing and break nothing."""

import pytest

from trustdesk.content import queries


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["37bafdfa62/ad/1", "/ad/1", "a/b", "x", "", "00000000-0000-7000-8000-000000000000/ad/1"]
)
def test_names_that_no_source_gave_are_left_out(name):
    assert queries.items_named([name]) == {}
    assert queries.accounts_named([name]) == {}
