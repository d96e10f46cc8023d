"""What all tables share: an id made in Python, and a word on which columns hold personal data."""

from typing import ClassVar

from django.db import models

from trustdesk.kernel.base.ids import uuid7


class Row(models.Model):
    """A table row with a UUIDv7 key.

    Every text, JSON or address column is named in PERSONAL (about a person, erasable) or PLAIN; columns with fixed
    choices need no mention. A test walks all models and fails on a column that is in neither.
    """

    PERSONAL: ClassVar[tuple[str, ...]] = ()
    PLAIN: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
