"""From a file to what was seen, with times; the running verdict; what people are shown."""

import json

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from trustdesk.signals.images.looking import Box, Code, Look, Text
from trustdesk.signals.images.pdq import hash_picture, to_hex
from trustdesk.signals.video.limits import Limits
from trustdesk.signals.video.looking import VideoLook, _spread, look_video
from trustdesk.signals.video.running import MOST_TEXTS, Frame, Running, clock
from trustdesk.signals.video.showing import Reel
from trustdesk.signals.video.tests.makers import cuts, film, scene, with_words

_WHERE = Box(0.1, 0.6, 0.5, 0.2)


def stand_in(rgb, *, want):
    """A model that calls scene 2 adult and reads a caption from white bars: what is tested is what becomes of it."""
    hashed = hash_picture(rgb)
    near = np.abs(rgb.astype(int) - scene(2)).mean() < 12
    white = rgb[80:, 100:].mean() > 180
    return Look(
        pdq=to_hex(hashed.hashes[0]),
        quality=hashed.quality,
        adult=0.9 if near else 0.1,
        texts=(Text("CALL 0812", _WHERE, 0.9, "stand-in"),) if white else (),
        codes=(Code("QRCode", "https://example.com/x", _WHERE),) if white else (),
        unknown={"faces": "not_installed"},
        versions={"adult": "1"},
    )


def test_a_video_says_what_it_shows_and_when(tmp_path):
    captioned = with_words(scene(3), "CALL 0812")
    pictures = [scene(1), scene(2), scene(3), captioned, scene(1)]
    path = tmp_path / "clip"
    path.write_bytes(film(lambda number: pictures[min(number // 10, 4)], 50))
    reel = Reel(tmp_path)
    seen = look_video(path, look=stand_in, shown=reel.add)
    # The last scene is the first again and is not looked at twice; the caption on a known scene is.
    assert seen.times == (0.0, 1.0, 2.0, 3.0)
    assert seen.adult == (0.1, 0.9, 0.1, 0.1)
    assert seen.look.adult == 0.9
    score = seen.running.scores["adult"]
    assert (score.most, score.at, score.median) == (0.9, 1.0, 0.1)
    assert [(text.text, seen.times[text.frame]) for text in seen.look.texts] == [("CALL 0812", 3.0)]
    assert [(code.text, seen.times[code.frame]) for code in seen.look.codes] == [("https://example.com/x", 3.0)]
    assert seen.look.unknown == {"faces": "not_installed"}
    assert len({seen.look.pdq, *seen.look.frame_hashes}) >= 3
    again = VideoLook.from_json(json.loads(json.dumps(seen.as_json())))
    assert again == seen
    assert Look.from_json(seen.as_json()) == seen.look  # readers of pictures' looks read it, too
    names = reel.finish()
    assert names == ("shown", "thumb", "frames", "frame01", "frame02", "frame03", "frame04")
    assert reel.times == {"frame01": 0.0, "frame02": 1.0, "frame03": 2.0, "frame04": 3.0}
    for name in names:
        with Image.open(tmp_path / f"{name}.webp") as made:
            assert made.format == "WEBP"
            assert not made.getexif()


@pytest.mark.slow
def test_the_shipped_models_read_a_caption_and_a_code_at_their_seconds(tmp_path):
    plain = scene(1, (640, 360))
    caption = with_words(plain, "Call me +62 812 3456 7890", size=34)
    code = np.asarray(zxingcpp.create_barcode("https://pay.example/x", zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    coded = plain.copy()
    coded[20 : 20 + code.shape[0], 20 : 20 + code.shape[1]] = code[..., None]
    pictures = [plain, caption, coded]
    path = tmp_path / "clip"
    path.write_bytes(film(lambda number: pictures[min(number // 20, 2)], 60))
    seen = look_video(path)
    assert not seen.look.unknown
    assert [seen.times[one.frame] for one in seen.look.texts if "812 3456" in one.text] == [2.0]
    assert [(one.text, seen.times[one.frame]) for one in seen.look.codes] == [("https://pay.example/x", 4.0)]
    assert seen.look.adult < 0.5


def test_a_refusal_is_a_value_and_time_that_runs_out_is_said(tmp_path):
    path = tmp_path / "clip"
    path.write_bytes(b"#EXTM3U\nhttp://127.0.0.1/\n")
    assert look_video(path, look=stand_in).refusal == "playlist"
    path.write_bytes(film(cuts(range(8), each=4), 32))
    hurried = look_video(path, look=stand_in, budget=-1.0)
    assert "cut_short" in hurried.notes
    assert hurried.running.frames == 1
    few = look_video(path, look=stand_in, limits=Limits(kept=3))
    assert len(few.times) == 3
    assert few.times[-1] >= 2.8  # thinned out evenly, not cut off


@given(st.integers(0, 60))
def test_every_frame_has_its_turn_and_the_ends_come_early(count):
    order = _spread(count)
    assert sorted(order) == list(range(count))
    if count > 4:
        assert max(order[: len(order) // 2]) >= count // 2


_frames = st.lists(
    st.builds(
        Frame,
        at=st.floats(0, 1e5),
        scores=st.dictionaries(st.sampled_from(["adult", "other"]), st.floats(0, 1)),
        texts=st.lists(st.text(max_size=30), max_size=3).map(tuple),
        codes=st.lists(st.tuples(st.text(max_size=20), st.just("QRCode")), max_size=2).map(tuple),
        faces=st.integers(0, 5),
    ),
    max_size=30,
)


@given(_frames, st.integers(0, 30))
def test_the_running_verdict_is_the_same_however_it_is_interrupted(frames, cut):
    whole, first = Running(), Running()
    for frame in frames:
        whole.add(frame)
    for frame in frames[:cut]:
        first.add(frame)
    second = Running.from_json(json.loads(json.dumps(first.to_json())))
    for frame in frames[cut:]:
        second.add(frame)
    assert set(second.texts) == set(whole.texts)
    assert second.frames == whole.frames == len(frames)
    for name, score in whole.scores.items():
        values = sorted(frame.scores[name] for frame in frames if name in frame.scores)
        assert abs(score.most - values[-1]) < 1e-9
        assert abs(score.median - values[(len(values) - 1) // 2]) <= 0.0051
        assert abs(second.scores[name].most - score.most) < 1e-5


def test_the_running_verdict_is_bounded_and_knows_what_is_news():
    running = Running()
    assert running.add(Frame(0.0, {"adult": 0.2}, texts=("Hello  World",)))
    assert not running.add(Frame(1.0, {"adult": 0.22}, texts=("hello world",)))
    assert running.add(Frame(2.0, {"adult": 0.4}))
    assert running.texts["hello world"].times == 2
    for number in range(MOST_TEXTS * 2):
        running.add(Frame(3.0 + number, {}, texts=(f"text {number}",)))
    assert len(running.texts) == MOST_TEXTS
    assert running.left_out == MOST_TEXTS + 1
    assert [clock(seconds) for seconds in (0, 12.7, 187, 3753)] == ["0:00", "0:12", "3:07", "1:02:33"]
