"""Pictures made to break decoders: each is judged, none brings anything down."""

import pytest

from trustdesk.files import rules
from trustdesk.files.actions import store_file
from trustdesk.files.tests.makers import APP

pytestmark = [pytest.mark.django_db, pytest.mark.corpus, pytest.mark.timeout(300)]


def test_no_malformed_picture_does_more_than_be_refused(corpus, settings, tmp_path, now):
    settings.FILES_ROOT = tmp_path / "files"
    judged = {}
    for path in sorted((corpus / "images" / "malformed").iterdir()):
        with path.open("rb") as handle:
            view = store_file(actor=APP, source=handle, declared_type="", now=now)
        judged[path.name] = view
        assert view.ready == (not view.reason)
        assert not view.reason or view.reason in rules.REASONS
    bombs = [view for name, view in judged.items() if "bomb" in name]
    assert bombs
    assert not any(view.is_picture for view in bombs)
    shown = [name for name, view in judged.items() if view.is_picture]
    assert len(judged) > 50
    assert len(shown) < len(judged) / 2, shown
