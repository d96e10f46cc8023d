import pytest

from trustdesk.files import rules
from trustdesk.files.tests.makers import picture


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (picture("AVIF"), "image/avif"),
        (picture("BMP"), "image/bmp"),
        (picture("TIFF"), "image/tiff"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\2\0", "video/quicktime"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82\x84webm", "video/webm"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\0", "application/zip"),
        (b"MZ\x90\0", "application/x-executable"),
        (b"  \n<!DOCTYPE html><title>x", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "text/html"),
        (b"hello", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_type_is_known_by_its_content(head, media_type):
    assert rules.sniff(head[: rules.HEAD]) == media_type


@pytest.mark.parametrize(
    ("media_type", "declared", "reason"),
    [
        ("image/jpeg", "image/png", ""),
        ("image/jpeg", "", ""),
        ("video/mp4", "image/jpeg", "not_what_it_says"),
        ("text/html", "image/jpeg", "not_what_it_says"),
        ("text/html", "", "dangerous_type"),
        ("application/zip", "", "dangerous_type"),
        ("application/pdf", "application/pdf", ""),
        ("application/octet-stream", "", "unknown_type"),
    ],
)
def test_a_lie_about_the_family_is_refused_and_a_loose_name_is_not(media_type, declared, reason):
    assert rules.refusal_of_type(media_type, declared, 10) == reason
    assert not reason or reason in rules.REASONS


def test_declared_types_are_read_leniently():
    assert rules.clean_type("Image/JPEG; charset=binary") == "image/jpeg"
    assert rules.clean_type("application/octet-stream") == ""
    assert rules.clean_type("nonsense\r\nX: y") == ""


def test_an_address_lives_nine_to_ten_minutes(now):
    left = rules.address_until(now.replace(second=59)) - now.replace(second=59).timestamp()
    assert 540 < left <= 600
