"""What the processes of a desk tell one another: heartbeats, and which steps of the first start are done."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """One worker process: alive at `at`, and when each of its loops last came round. Rows a day old are removed."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name", "loops")

    name = models.CharField(primary_key=True, max_length=200)  # host/pid, one for media alone: media host/pid
    at = models.DateTimeField()
    # {"sequencer": {"at": RFC 3339, "lag": seconds behind its rhythm, "failing": the error's class or null}}
    loops = models.JSONField(default=dict)


class FirstStep(models.Model):
    """A step of the first start that has been done: it is not done again."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name",)

    name = models.CharField(primary_key=True, max_length=60)
    done_at = models.DateTimeField()
