"""Making pictures, kind and hostile."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.rules import Allowance

APP = Actor(kind="key", id="app", name="The app", allowances=frozenset({Allowance("files.write")}))


def picture(kind="JPEG", size=(640, 480), colour="teal", **options) -> bytes:
    out = BytesIO()
    Image.new(options.pop("mode", "RGB"), size, colour).save(out, kind, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A photo taken sideways, with a camera's name and a place in its EXIF block."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Budi"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 31.0)
    return picture(exif=exif, comment=b"Taken at home")


def place() -> Image.Exif:
    """An EXIF block with a camera's name and a place: 6°12'31" S, 106°49' E."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Budi"
    exif[0x9286] = "A comment of Budi"
    where = exif.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "S", (6.0, 12.0, 31.0), "E", (106.0, 49.0, 0.0)
    return exif


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="6,12.5S" creator="Budi"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def told_everything(kind: str) -> bytes:
    """A picture with all the metadata its format holds: EXIF with a place, XMP, comments, texts."""
    from PIL.PngImagePlugin import PngInfo

    if kind == "PNG":
        texts = PngInfo()
        texts.add_text("Author", "Budi of Jalan Melati 7")
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
        texts.add_text("Comment", "Taken by Budi at home", zip=True)
        return picture("PNG", exif=place(), pnginfo=texts)
    if kind == "JPEG":
        return picture("JPEG", exif=place(), xmp=XMP, comment=b"Taken by Budi at home")
    return picture(kind, exif=place(), xmp=XMP)


def animation(frames=12) -> bytes:
    pages = [Image.new("RGB", (64, 64), (20 * n % 256, 80, 200)) for n in range(frames)]
    out = BytesIO()
    pages[0].save(out, "GIF", save_all=True, append_images=pages[1:], duration=40)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width=30_000, height=30_000) -> bytes:
    """A few kilobytes that unpack to 900 megapixels."""
    packer = zlib.compressobj(9)
    row = b"\0" * (width // 8 + 1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """A small picture whose comment unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(200)) + packer.flush()
    good = picture("PNG", (8, 8))
    return good[:33] + _chunk(b"zTXt", b"Comment\0\0" + packed) + good[33:]


def with_archive(good: bytes) -> bytes:
    """A picture that is also a ZIP archive."""
    out = BytesIO(good)
    out.seek(0, 2)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("payload.js", "alert(1)")
    return out.getvalue()
