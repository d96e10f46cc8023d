"""Livestreams that are watched: the tables, beside `models`."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q

from trustdesk.kernel.base.models import Row
from trustdesk.signals.video.states import OVER, STATES


class LiveWatch(Row):
    """A livestream that is looked at every few seconds. Whoever holds its lease looks at it; when that process ends, the
    lease does, and another goes on from what is kept here."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address", "known")
    PLAIN: ClassVar[tuple[str, ...]] = ("owner", "about", "hosts", "state", "reason", "digest", "leased_by")

    owner = models.CharField(max_length=300, unique=True)  # whose stream it is, in the asker's own words
    about = models.CharField(max_length=300)  # what the asker wants to hear with its changes
    address = models.CharField(max_length=2000)  # of the playlist
    hosts = ArrayField(models.CharField(max_length=260), default=list)  # besides its own, where its pieces may lie
    pace = models.FloatField()  # seconds between two looks
    state = models.CharField(max_length=8, choices=[(state, state) for state in STATES])
    reason = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()  # of the state
    began_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)  # when the last round ended
    lag = models.FloatField(default=0.0)  # seconds between what was looked at last and the stream's live edge
    looked = models.PositiveIntegerField(default=0)  # segments
    skipped = models.PositiveIntegerField(default=0)
    news = models.PositiveIntegerField(default=0)  # how often the running verdict learnt something
    digest = models.CharField(max_length=64, unique=True)  # under which what was seen is kept as a MediaLook
    known = models.JSONField(default=dict)  # video.live.Watch between two rounds
    next_at = models.DateTimeField(null=True)  # of the next look; null: over
    tidied_at = models.DateTimeField(null=True)  # when the frames nobody needs any more went
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(state__in=OVER) | Q(next_at=None), name="live_over_has_no_next_look"),
            CheckConstraint(condition=Q(pace__gt=0), name="live_has_a_pace"),
        ]
        indexes = [
            Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="live_watch_due"),  # wake_forgotten
            Index(
                fields=["since"], condition=Q(next_at=None, tidied_at=None), name="live_watch_untidied"
            ),  # streams_over
        ]


class LiveFrame(models.Model):
    """A frame of a watched stream, small, for people: the newest ones, and of those that told something new the newest."""

    PLAIN: ClassVar[tuple[str, ...]] = ()

    id = models.BigAutoField(primary_key=True)
    watch = models.ForeignKey(LiveWatch, on_delete=models.CASCADE, related_name="+")
    at = models.FloatField()  # seconds since the watch began
    seen_at = models.DateTimeField()
    webp = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    adult = models.FloatField(null=True)
    news = models.BooleanField(default=False)

    class Meta:
        indexes = [Index(fields=["watch", "-at"], name="live_frame_newest")]  # queries.live.strip
