"""Strangers' bytes: each becomes a clean picture or a typed refusal, and the decoder lives on."""

import os
import signal
from io import BytesIO

import pytest
from PIL import Image

from trustdesk.files.tests.makers import animation, photo_with_place, picture, png_bomb, png_text_bomb, with_archive
from trustdesk.pictures import child, decoder, kinds
from trustdesk.pictures.decoder import decode
from trustdesk.pictures.opening import Refused


def refusal(data: bytes, declared: str = "") -> str:
    with pytest.raises(Refused) as refused:
        decode(data, declared=declared)
    assert refused.value.reason in kinds.REASONS
    return refused.value.reason


def flat_gif(frames: int, size: tuple[int, int]) -> bytes:
    """An animation of many large frames that packs to almost nothing."""
    pages = [Image.new("P", size) for _ in range(frames)]
    for n, page in enumerate(pages):
        page.putpixel((n % size[0], n // size[0] % size[1]), 1 + n % 2)
    out = BytesIO()
    pages[0].save(out, "GIF", save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "declared", "reason"),
    [
        (b"", "", "empty"),
        (b"hello", "", "unknown_type"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "", "broken"),
        (picture("PNG", (300, 300))[:-40], "", "truncated"),
        (picture("JPEG", (300, 300), "red")[:900], "", "truncated"),
        (b"%PDF-1.7\n", "", "not_a_picture"),
        (b"%PDF-1.7\n", "image/jpeg", "not_what_it_says"),
        (b"<html><script>x</script>", "image/png", "not_what_it_says"),
        (b"PK\x03\x04" + b"\0" * 40, "", "dangerous_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", "dangerous_type"),
        (picture() + b"<script>alert(1)</script>", "", "polyglot"),
        (with_archive(picture()), "", "polyglot"),
        (png_bomb(), "", "too_many_pixels"),
        (png_bomb(20_000, 10_000), "", "too_many_pixels"),  # 200 megapixels
        (png_text_bomb(), "", "broken"),
        (flat_gif(45, (3_000, 3_000)), "", "too_many_frames"),
        (flat_gif(1_001, (40, 40)), "", "too_many_frames"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_clean_picture_is_refused_with_its_reason(data, declared, reason):
    assert refusal(data, declared) == reason


def test_an_svg_with_a_script_is_told_apart():
    with pytest.raises(Refused) as refused:
        decode(b"<svg onload='x'><script>alert(1)</script></svg>")
    assert refused.value.detail == "SVG with script"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "HEIF"])
def test_pictures_come_out_as_plain_colours(kind):
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    found = decode(picture(kind, (640, 480), "teal"))
    assert (found.width, found.height, found.frames) == (640, 480, 1)
    (first,) = found.pictures
    assert len(first.rgb) == 640 * 480 * 3
    assert all(abs(one - other) < 8 for one, other in zip(first.rgb[:3], (0, 128, 128), strict=True))


def test_a_photo_is_turned_upright_made_smaller_and_loses_what_it_tells_about_the_photographer():
    found = decode(photo_with_place(), edge=320)
    assert (found.width, found.height) == (480, 640)
    assert (found.pictures[0].width, found.pictures[0].height) == (240, 320)


def test_an_animation_shows_frames_from_all_of_it():
    found = decode(animation(40))
    numbers = [frame.number for frame in found.pictures]
    assert (found.frames, numbers[0], numbers[-1], len(numbers)) == (40, 0, 39, 8)


def test_what_is_transparent_shows_white():
    out = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert set(decode(out.getvalue()).pictures[0].rgb) == {255}


def test_a_decoder_that_hangs_or_dies_costs_one_picture(monkeypatch):
    monkeypatch.setattr(decoder, "_idle", [])
    decode(picture())
    (waiting,) = decoder._idle
    os.kill(waiting.process.pid, signal.SIGSTOP)  # hangs
    with pytest.raises(Refused) as refused:
        decode(picture(), wall=0.3)
    assert refused.value.reason == "too_costly"
    assert decode(picture()).width == 640
    (waiting,) = decoder._idle
    os.kill(waiting.process.pid, signal.SIGKILL)
    waiting.process.wait()
    assert decode(picture()).width == 640
    decoder.close()
    assert decoder._idle == []


def test_frames_are_spread_evenly():
    assert child._spread(1, 7) == []
    assert child._spread(3, 7) == [1, 2]
    assert child._spread(100, 3) == [33, 66, 99]


@pytest.mark.corpus
def test_every_malformed_picture_is_refused_or_clean(corpus):
    refused, clean = {}, []
    for path in sorted((corpus / "images" / "malformed").iterdir()):
        try:
            found = decode(path.read_bytes())
        except Refused as refusal:
            refused[path.name] = refusal.reason
        else:
            assert all(len(frame.rgb) == frame.width * frame.height * 3 > 0 for frame in found.pictures)
            clean.append(path.name)
    assert set(refused.values()) <= set(kinds.REASONS)
    assert len(refused) > 45
    assert len(refused) + len(clean) == 69
    assert not [name for name in clean if "bomb" in name]
