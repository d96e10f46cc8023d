"""The checks before and while a picture is decoded. Runs inside a process with limits: `limit()` first."""

import contextlib
import mmap
import re
import resource
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from trustdesk.pictures import kinds

MEMORY = 1536 * 2**20  # bytes of address space
CPU_SECONDS = 20

# What a browser or an unpacker would follow if somebody handed it the picture as something else.
_FOREIGN = re.compile(
    rb"<script|<\?php|<html|<iframe|<svg|<!doctype html|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.IGNORECASE
)


class Refused(Exception):
    """Why this picture is not opened: a code of kinds.REASONS, and what the decoder said, if it said something."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def limit(*, output: int, seconds: int | None = CPU_SECONDS) -> None:
    """Bind this process for good: memory, size of a file it writes, and its CPU seconds unless None."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    if seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


@contextlib.contextmanager
def opened(source: Path | bytes, media_type: str) -> Iterator[tuple[Image.Image, int]]:
    """The picture and the number of its frames, checked but not decoded yet. Everything wrong in the body, too, becomes
    Refused: decoders raise whatever they like on hostile bytes."""
    refuse_polyglot(source)
    Image.MAX_IMAGE_PIXELS = kinds.MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if media_type == "image/heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        if media_type == "image/png":
            with _open(source, "PNG") as whole:
                whole.verify()  # every checksum up to the last chunk; decoding alone forgives a cut tail
        with _open(source, kinds.FORMATS[media_type]) as image:
            yield image, _frames(image, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except MemoryError as error:
        raise Refused("too_costly") from error
    except Refused:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:200]
        raise Refused("truncated" if "truncat" in said.lower() else "broken", said) from error


def _open(source: Path | bytes, kind: str) -> Image.Image:
    return Image.open(BytesIO(source) if isinstance(source, bytes) else source, formats=[kind])


def refuse_polyglot(source: Path | bytes) -> None:
    """Raise Refused when the bytes are a page, a script, a PDF or an archive as well."""
    if isinstance(source, bytes):
        _refuse_foreign(source)
        archive: BytesIO | Path = BytesIO(source)
    else:
        archive = source
        with source.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as view:
            _refuse_foreign(view)
    with (
        contextlib.suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError),
        zipfile.ZipFile(archive) as z,
    ):
        if z.infolist():
            raise Refused("polyglot", "an archive")


def _refuse_foreign(view: bytes | mmap.mmap) -> None:
    found = _FOREIGN.search(view)
    if found or b"%PDF-" in view[:1024]:
        raise Refused("polyglot", ascii(found.group())[2:-1] if found else "a PDF")


def _frames(image: Image.Image, media_type: str) -> int:
    width, height = image.size
    if width * height > kinds.MOST_PIXELS:
        raise Refused("too_many_pixels")
    frames = 1 if media_type == "image/jpeg" else int(getattr(image, "n_frames", 1))
    if frames < 1 or min(width, height) < 1:
        raise Refused("broken")
    if frames > kinds.MOST_FRAMES or frames * width * height > max(kinds.MOST_FRAME_PIXELS, width * height):
        raise Refused("too_many_frames")
    return frames


def orientation(image: Image.Image) -> int:
    """EXIF's orientation, 1 to 8; from 5 on width and height change places."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # a broken EXIF block costs the turning, not the picture
        return 1


def upright(image: Image.Image, edge: int) -> Image.Image:
    """The current frame as sRGB with or without alpha, turned upright, without metadata, its longer side at most `edge`."""
    image.load()
    frame = image
    with contextlib.suppress(Exception):
        frame = ImageOps.exif_transpose(image)
    if frame.mode.startswith("I"):  # 16 bits a pixel
        frame = frame.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    alpha = frame.has_transparency_data
    profile = frame.info.get("icc_profile")
    small = frame if frame.mode in {"RGB", "RGBA", "L", "CMYK"} else frame.convert("RGBA" if alpha else "RGB")
    small = small.copy() if small is image else small
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if profile and small.mode in {"RGB", "CMYK"}:
        with contextlib.suppress(Exception):  # a profile that does not fit is left out
            converted = ImageCms.profileToProfile(
                small, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            small = converted or small
    plain = small.convert("RGBA" if alpha else "RGB")
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean
