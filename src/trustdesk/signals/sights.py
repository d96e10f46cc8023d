"""What was seen in media, as rows: part of this slice's models."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class MediaLook(Row):
    """What machines saw in one content, once for each version of them. `looking`: somebody is at it, or was when the
    process ended; after so many tries it is refused, so that no file can keep a worker from working."""

    class State(models.TextChoices):
        LOOKING = "looking"
        SEEN = "seen"
        REFUSED = "refused"

    PERSONAL = ("texts", "codes")
    PLAIN = ("digest", "version", "kind", "refusal", "faces", "failed", "told")

    digest = models.CharField(max_length=64)  # SHA-256 of the bytes, hex
    version = models.CharField(max_length=80)  # of all machines that look
    kind = models.CharField(max_length=8)  # the family of its media type
    state = models.CharField(max_length=8, choices=State.choices)
    tries = models.PositiveSmallIntegerField(default=1)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    took_ms = models.FloatField(null=True)
    refusal = models.CharField(max_length=60, blank=True)  # why nothing was seen: a code
    width = models.PositiveIntegerField(null=True)  # pixels, upright
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)  # of a film
    adult = models.FloatField(null=True)  # 0 to 1, the highest of its frames; null: nobody could say
    adult_at = models.FloatField(null=True)  # second of a film at which it is highest
    # Each {"text", "box": [x, y, width, height] in fractions of the upright picture, "score", "at": seconds of a film}.
    texts = models.JSONField(default=list)
    codes = models.JSONField(default=list)  # with "format"
    faces = models.JSONField(default=list)
    # What the file says of itself and how looking went: {"claimed": seconds, "codec", "rate", "sound", "notes": codes}.
    told = models.JSONField(default=dict)
    failed = models.JSONField(default=dict)  # parts that could not say: {"ocr": "wrong checksum"}

    class Meta:
        constraints = [
            UniqueConstraint(fields=["digest", "version"], name="media_look_once"),
            CheckConstraint(condition=Q(state="looking") | Q(seen_at__isnull=False), name="media_look_ended_says_when"),
            CheckConstraint(
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & Q(refusal=""),
                name="media_look_refused_says_why",
            ),
        ]
        indexes = [Index(fields=["seen_at"], name="media_look_newest")]  # signals.queries.pictures_like


class MediaFrame(models.Model):
    """One picture of a look: all of it, or a frame of a film at `at_ms`. `hashes`: PDQ as it is and turned and mirrored,
    eight times 32 bytes; empty where there is too little shape to be told from others."""

    id = models.BigAutoField(primary_key=True)
    look = models.ForeignKey(MediaLook, on_delete=models.CASCADE, related_name="frames")
    no = models.PositiveSmallIntegerField()
    at_ms = models.PositiveIntegerField(null=True)
    hashes = models.BinaryField(max_length=256)
    quality = models.PositiveSmallIntegerField()
    adult = models.FloatField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["look", "no"], name="media_frame_once")]
