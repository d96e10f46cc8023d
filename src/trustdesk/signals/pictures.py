"""Pictures looked into: the front of `signals.images` as a looker."""

import hashlib
from typing import Any, BinaryIO

from trustdesk.files.queries import FileView
from trustdesk.signals.images.looking import VERSION, VERSIONS
from trustdesk.signals.images.looking import look as look_at
from trustdesk.signals.images.pdq import hash_picture
from trustdesk.signals.images.shapes import Box, Look
from trustdesk.signals.looking import Part, Seen, SeenFrame

LEASE = 90.0  # seconds: the first look of a process loads models, on a busy machine slowly

PARTS = {"hash": "picture.hash", "adult": "picture.adult", "texts": "picture.texts", "codes": "picture.codes"}
PARTS["faces"] = "picture.faces"


def version() -> str:
    return f"image-{hashlib.sha256(VERSION.encode()).hexdigest()[:12]}"


def look(handle: BinaryIO, view: FileView) -> Seen:
    """Hostile bytes are opened in a process of their own; what it refuses is a code of `trustdesk.pictures.kinds`."""
    found = look_at(handle.read(), declared=view.media_type)
    if found.refusal:
        return Seen(refusal=found.refusal)
    return Seen(
        width=found.width,
        height=found.height,
        adult=found.adult,
        texts=tuple({"text": one.text, "box": _box(one.box), "score": one.confidence} for one in found.texts or ()),
        codes=tuple({"text": one.text, "box": _box(one.box), "format": one.kind} for one in found.codes or ()),
        faces=tuple({"box": _box(one)} for one in found.faces or ()),
        frames=frames_of(found),
        parts=parts_of(found),
    )


def frames_of(found: Look) -> tuple[SeenFrame, ...]:
    """The hashes of a picture with its turned and mirrored selves, and of further frames of an animation as they are."""
    if found.pdq is None:
        return ()
    quality = found.quality or 0
    first = SeenFrame(hashes=b"".join(map(raw, found.variants)), quality=quality, adult=found.adult)
    return (first, *(SeenFrame(hashes=raw(each), quality=quality) for each in found.frame_hashes))


def parts_of(found: Look) -> tuple[Part, ...]:
    return tuple(
        Part(
            name=PARTS[name],
            version=VERSIONS[name],
            error=found.unknown.get(name, ""),
            milliseconds=float(found.milliseconds.get(name, 0.0)),
        )
        for name in VERSIONS
        if name in found.versions or name in found.unknown
    )


def raw(hash_hex: str) -> bytes:
    return bytes.fromhex(hash_hex)


def variants_of_file(picture: bytes) -> tuple[tuple[bytes, ...], int]:
    """The eight hashes of a rendition made here (WebP), and their quality: for adding and trying, without any model."""
    from io import BytesIO

    import numpy as np
    from PIL import Image

    with Image.open(BytesIO(picture), formats=["WEBP"]) as image:
        hashed = hash_picture(np.asarray(image.convert("RGB")))
    return tuple(map(raw, hashed.hexes())), hashed.quality


def _box(box: Box) -> list[Any]:
    return [round(value, 4) for value in (box.x, box.y, box.width, box.height)]
