"""Asking what was seen in media."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from trustdesk.files import queries as files
from trustdesk.files.queries import FileView
from trustdesk.signals.likeness import LEAST_QUALITY, Signature
from trustdesk.signals.memory import memory
from trustdesk.signals.sights import MediaFrame, MediaLook

SIGN = 32  # bytes of one hash


@dataclass(frozen=True)
class LookView:
    """What was seen in one content. `state`: seen or refused (`refusal` says why, a code). Boxes are [x, y, width,
    height] in fractions of the upright picture, `at` seconds of a film."""

    id: UUID
    digest: str
    version: str
    kind: str
    state: str
    refusal: str
    width: int | None
    height: int | None
    seconds: float | None
    adult: float | None
    texts: tuple[dict[str, Any], ...]
    codes: tuple[dict[str, Any], ...]
    faces: tuple[dict[str, Any], ...]
    failed: dict[str, str]
    adult_at: float | None = None  # second of a film at which `adult` is highest
    # Of a film: {"claimed": seconds the file says, "codec", "rate", "sound", "notes": codes of video.limits.NOTES}.
    told: dict[str, Any] = field(default_factory=dict)


def looks(digests: Iterable[str]) -> dict[str, LookView]:
    """The newest look of each content that was looked into; one query. Asked in every process: what looks is not loaded."""
    return {row.digest: _view(row) for row in _newest(set(digests))}


def film_scores(looks: Iterable[UUID]) -> dict[UUID, list[tuple[float, float]]]:
    """(second, adult score) of each frame of films that was scored, in order of time, by look; one query."""
    found: dict[UUID, list[tuple[float, float]]] = {}
    rows = MediaFrame.objects.filter(look_id__in=set(looks)).order_by("look_id", "at_ms")
    for look, at, adult in rows.values_list("look_id", "at_ms", "adult"):
        if at is not None and adult is not None:
            found.setdefault(look, []).append((at / 1000, adult))
    return found


def looks_by_id(ids: Iterable[UUID]) -> dict[UUID, LookView]:
    """Looks that evidence points to; one query."""
    wanted = set(ids)
    return {row.id: _view(row) for row in MediaLook.objects.filter(id__in=wanted)} if wanted else {}


def picture_signatures(digests: Iterable[str]) -> dict[str, Signature | None]:
    """What banks compare of each content that was looked into: None where it has nothing to compare. Two queries."""
    wanted = set(digests)
    if not wanted:
        return {}
    found: dict[str, Signature | None] = {}
    for look in _newest(wanted).filter(state="seen").prefetch_related("frames").only("id", "digest"):
        found[look.digest] = signature_of(list(look.frames.all()))
    return found


@dataclass(frozen=True)
class LikePage:
    """Digests of contents that a bank knows; `last`: the look to go on before, None when there are no more."""

    digests: tuple[str, ...]
    last: UUID | None


def pictures_like(bank: str, *, since: datetime, before: UUID | None, limit: int, now: datetime) -> LikePage:
    """Of what was seen since then, newest first and `limit` at a time, what is in a bank of pictures now. Nothing is
    written down."""
    rows = MediaLook.objects.filter(state="seen", seen_at__gte=since).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows.prefetch_related("frames").only("id", "digest")[:limit])
    signed = [(look.digest, signature_of(look.frames.all())) for look in page]
    asked = [(digest, signature) for digest, signature in signed if signature is not None]
    near = memory.near(bank, [signature for _, signature in asked], now=now) or []
    found = [digest for (digest, _), like in zip(asked, near, strict=False) if any(one.active for one in like)]
    return LikePage(tuple(dict.fromkeys(found)), page[-1].id if len(page) == limit else None)


def picture_hashes(digests: Iterable[str]) -> dict[str, bytes]:
    """The PDQ hash of each picture that was looked into and has shape enough; two queries."""
    return {digest: signed.sign for digest, signed in picture_signatures(digests).items() if signed is not None}


def signature_of(frames: Iterable[MediaFrame]) -> Signature | None:
    """All hashes of all frames that have shape enough to be compared."""
    signs = [sign for frame in frames if frame.quality >= LEAST_QUALITY for sign in signs_of(bytes(frame.hashes))]
    return Signature(signs[0], signs[0], tuple(signs[1:])) if signs else None


def signs_of(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + SIGN] for at in range(0, len(hashes), SIGN)]


@dataclass(frozen=True)
class PictureHash:
    """The PDQ hash of a stored picture, 64 hexadecimal digits, its variants and its quality, 0 to 100."""

    hash: str
    quality: int | None
    variants: tuple[bytes, ...]


def hash_of(view: FileView) -> PictureHash:
    """From its look, or from its rendition where nobody has looked yet (no model is needed). Raises NotFound."""
    look = _newest({view.hash}).filter(state="seen").prefetch_related("frames").first()
    frames = sorted(look.frames.all(), key=lambda frame: frame.no) if look else []
    if frames and frames[0].hashes:
        signs = signs_of(bytes(frames[0].hashes))
        return PictureHash(signs[0].hex(), frames[0].quality, tuple(signs))
    from trustdesk.signals.pictures import variants_of_file

    variants, quality = variants_of_file(files.rendition(view.id, "shown"))
    return PictureHash(variants[0].hex(), quality, variants)


def hash_of_bytes(picture: bytes) -> tuple[bytes, ...]:
    """The hashes of a picture made here (WebP), as it is, turned and mirrored."""
    from trustdesk.signals.pictures import variants_of_file

    return variants_of_file(picture)[0]


def being_looked_into(now: datetime) -> int:
    return MediaLook.objects.filter(state="looking", began_at__lte=now).count()


def _newest(digests: set[str]) -> QuerySet[MediaLook]:
    rows = MediaLook.objects.filter(digest__in=digests).exclude(state="looking")
    return rows.order_by("digest", "-seen_at").distinct("digest")


def _view(row: MediaLook) -> LookView:
    return LookView(
        id=row.id,
        digest=row.digest,
        version=row.version,
        kind=row.kind,
        state=row.state,
        refusal=row.refusal,
        width=row.width,
        height=row.height,
        seconds=row.seconds,
        adult=row.adult,
        texts=tuple(row.texts),
        codes=tuple(row.codes),
        faces=tuple(row.faces),
        failed=dict(row.failed),
        adult_at=row.adult_at,
        told=dict(row.told),
    )
