"""Videos kind and hostile, decoded in their own process."""

import http.server
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from trustdesk.signals.video.decoding import container_of, decoded, sound_of
from trustdesk.signals.video.limits import Limits, VideoRefused
from trustdesk.signals.video.tests.makers import cover_song, cuts, film, scene, song, with_box, with_words


def _read(folder: Path, data: bytes, **limits):
    path = folder / "video"
    path.write_bytes(data)
    with decoded(path, limits=Limits(**limits)) as footage:
        return footage, [(shape, np.array(rgb)) for shape, rgb in footage.frames()]


def _refusal(folder: Path, data: bytes, **limits) -> str:
    with pytest.raises(VideoRefused) as refused:
        _read(folder, data, **limits)
    assert refused.value.words
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "codec", "sound"), [("mp4", "libx264", True), ("webm", "libvpx", False), ("mov", "mpeg4", False)]
)
def test_each_scene_leaves_the_decoder_with_its_time(tmp_path, kind, codec, sound):
    footage, frames = _read(tmp_path, film(cuts([1, 2, 3], each=12), 36, kind=kind, codec=codec, sound=sound))
    assert (footage.width, footage.height, footage.decoded, footage.notes) == (160, 120, 36, ())
    assert footage.seconds == pytest.approx(3.5, abs=0.1)
    assert footage.sound is sound
    for start, seed in ((0.0, 1), (1.2, 2), (2.4, 3)):
        rgb = next(rgb for shape, rgb in frames if abs(shape.at - start) < 0.06)
        assert np.abs(rgb.astype(int) - scene(seed)).mean() < 12


def test_one_frame_among_many_is_seen_and_a_new_caption_too(tmp_path):
    def paint(number):
        if number == 23:
            return scene(9)
        return with_words(scene(1), "CALL 0812") if number >= 30 else scene(1)

    _, frames = _read(tmp_path, film(paint, 45))
    times = [shape.at for shape, _ in frames]
    assert 2.3 in times
    assert 3.0 in times
    assert len(times) <= 8


def test_a_phone_held_upright_is_shown_upright(tmp_path):
    _, frames = _read(tmp_path, film(lambda _: scene(4), 3, turned=90))
    shape, rgb = frames[0]
    assert (shape.width, shape.height) == (120, 160)
    assert np.abs(rgb.astype(int) - np.rot90(scene(4), 1)).mean() < 12


def test_ten_hours_are_sampled_within_the_budget(tmp_path):
    # Six scenes over ten hours; decoding each frame is declared to be too much.
    long = film(cuts([1, 2, 3, 4, 5, 6], each=60), 360, rate=1, step=100, gop=5)
    footage, frames = _read(tmp_path, long, full_pixels=1_000_000, samples=32)
    assert "sampled" in footage.notes
    assert footage.seconds == pytest.approx(36_000, rel=0.01)
    assert footage.decoded <= 40
    assert frames[-1][0].at > 33_000
    quick, _ = _read(tmp_path, long, budget=0.001)
    assert "cut_short" in quick.notes


@pytest.mark.slow
def test_eight_thousand_pixels_across_are_sampled_and_more_are_refused(tmp_path):
    grey = np.full((4320, 7680, 3), 90, np.uint8)
    eight = film(lambda _: grey, 2, codec="mjpeg", kind="mov")
    footage, frames = _read(tmp_path, eight)
    assert (footage.width, footage.height) == (7680, 4320)
    assert max(frames[0][1].shape) == 960
    assert _refusal(tmp_path, eight, pixels=7000 * 4000) == "too_many_pixels"


def test_what_is_no_video_is_refused_with_its_reason(tmp_path):
    good = film(cuts([1, 2], each=10), 20)
    assert _refusal(tmp_path, b"") == "not_a_video"
    assert _refusal(tmp_path, b"<html><script>alert(1)</script>") == "not_a_video"
    assert _refusal(tmp_path, film(scene, 0)) in {"no_frames", "broken", "no_video"}
    assert _refusal(tmp_path, song()) == "no_video"
    assert _refusal(tmp_path, cover_song()) == "no_video"
    assert _refusal(tmp_path, good[: len(good) * 2 // 3]) == "broken"  # its index stands at the end
    assert _refusal(tmp_path, good, size=1_000) == "too_large"
    assert _refusal(tmp_path, film(cuts([1], each=5), 5, codec="ffv1", kind="matroska")) == "unknown_codec"
    assert _refusal(tmp_path, good[:8] + bytes(2_000)) == "broken"
    assert _refusal(tmp_path, b"\x1aE\xdf\xa3" + good) == "broken"  # says Matroska, is MP4


def test_a_cut_off_fragmented_video_is_seen_as_far_as_it_goes(tmp_path):
    whole = film(
        cuts([1, 2, 3], each=20), 60, container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    )
    footage, _ = _read(tmp_path, whole[: len(whole) * 2 // 3])
    assert 20 <= footage.decoded < 60
    assert footage.notes


def test_a_wrong_index_or_length_is_no_trap(tmp_path):
    good = film(cuts([1, 2, 3], each=20), 60)
    # Every chunk offset points beyond the end of the file.
    at = good.index(b"stco") + 8
    (count,) = struct.unpack(">I", good[at : at + 4])
    astray = good[: at + 4] + struct.pack(">I", 2**31 - 16) * count + good[at + 4 + 4 * count :]
    assert _refusal(tmp_path, astray) in {"no_frames", "broken"}
    # The film says that it lasts ten hours; a sampler that believed it would see the last frame again and again.
    webm = film(cuts([1, 2, 3], each=20), 60, kind="webm", codec="libvpx", gop=60)
    at = webm.index(b"\x44\x89\x88") + 3
    longer = webm[:at] + struct.pack(">d", 36_000_000.0) + webm[at + 8 :]
    footage, frames = _read(tmp_path, longer, full_pixels=1_000_000)
    assert footage.decoded >= 60
    assert footage.seconds < 10
    assert {0.0, 2.0, 4.0} <= {shape.at for shape, _ in frames}
    assert "lying_length" in footage.notes


class Tattle(http.server.BaseHTTPRequestHandler):
    asked: list = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def tattle():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tattle)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Tattle.asked.clear()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_nothing_in_a_file_makes_the_decoder_open_anything_else(tmp_path, tattle):
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(film(cuts([7], each=4), 4))
    lists = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{tattle}/a.ts\n#EXT-X-ENDLIST\n",
        f"  \n#EXTM3U\n#EXTINF:2,\nfile://{secret}\n",
        f"ffconcat version 1.0\nfile {secret}\nfile {tattle}/b.mp4\n",
        f"[playlist]\nFile1={tattle}/c.mp4\n",
        f'<?xml version="1.0"?><MPD><BaseURL>{tattle}/d</BaseURL></MPD>',
        f"{tattle}/e.mp4\n",
    ]
    for text in lists:
        assert _refusal(tmp_path, text.encode()) == "playlist"
        # … and dressed up as what is opened.
        assert _refusal(tmp_path, b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + text.encode()) == "broken"
        assert _refusal(tmp_path, b"\x1aE\xdf\xa3" + text.encode()) == "broken"
    _, frames = _read(tmp_path, with_box(film(cuts([1], each=4), 4), str(secret)))
    assert np.abs(frames[0][1].astype(int) - scene(1)).mean() < 12  # its own, not the other file's
    assert Tattle.asked == []


def test_sound_is_taken_apart_from_pictures(tmp_path):
    path = tmp_path / "video"
    path.write_bytes(film(cuts([1], each=10), 10, sound=True))
    with sound_of(path) as sound:
        assert sound.seconds == pytest.approx(1.0, abs=0.1)
        assert np.abs(np.asarray(sound.samples[4_000:12_000], np.int32)).mean() > 1_000
    path.write_bytes(film(cuts([1], each=5), 5))
    with pytest.raises(VideoRefused, match="no_sound"), sound_of(path):
        pass


def test_containers_are_told_apart_by_their_first_bytes():
    assert container_of(b"\0\0\0\x14ftypqt  ") == "mov"
    assert container_of(b"\0\0\0\x14stypmsdh") == "mov"
    assert container_of(b"\x1aE\xdf\xa3\x01") == "matroska"
    assert container_of((b"\x47" + bytes(187)) * 3) == "mpegts"
    for head in (b"G", b"", b"RIFF....AVI "):
        if head != b"G":
            with pytest.raises(VideoRefused):
                container_of(head)
