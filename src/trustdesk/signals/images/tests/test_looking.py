"""What the front says about pictures; the models load once for the whole process."""

import json

import cv2
import numpy as np
import pytest

from trustdesk.files.tests.makers import png_bomb
from trustdesk.signals.images import looking, pdq, weights
from trustdesk.signals.images.looking import QUICK, Look, look, look_frame, look_many
from trustdesk.signals.images.tests.makers import jpeg, png, scene


def with_code(words: str, rgb: np.ndarray) -> np.ndarray:
    import zxingcpp

    drawn = np.asarray(zxingcpp.create_barcode(words, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
    side = drawn.shape[0]
    made = rgb.copy()
    made[20 : 20 + side, 30 : 30 + side] = drawn[:, :, None]
    return made


def with_words(words: str) -> np.ndarray:
    made = np.full((200, 640, 3), 245, np.uint8)
    cv2.putText(made, words, (20, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 90), 2, cv2.LINE_AA)
    return made


def test_every_model_is_there_and_has_a_version():
    assert [model.problem for model in looking.models()] == [""] * 5
    assert all(model.version in looking.VERSION for model in looking.models())


def test_a_quick_look_hashes_scores_and_reads_codes():
    rgb = with_code("https://scam.example/pay", scene(5))
    seen = look(png(rgb), want=QUICK)
    assert (seen.type, seen.width, seen.height, seen.frames, seen.refusal) == ("image/png", 480, 360, 1, "")
    assert len(seen.pdq) == 64
    assert seen.variants[0] == seen.pdq
    assert len(set(seen.variants)) == 8
    assert 0 <= seen.adult <= 0.9
    (code,) = seen.codes
    assert (code.kind, code.text) == ("QRCode", "https://scam.example/pay")
    assert code.box.x * 480 == pytest.approx(30, abs=20)
    assert (seen.texts, seen.faces, seen.unknown) == (None, None, {})
    assert set(seen.versions) == QUICK
    assert seen.hashes.shape == (8, 4)
    assert Look.from_json(json.loads(json.dumps(seen.as_json()))) == seen


def test_a_frame_is_seen_like_its_file():
    rgb = scene(6)
    assert look_frame(rgb, want={"hash"}).pdq == look(png(rgb), want={"hash"}).pdq
    own = pdq.hash_picture(scene(9))
    assert look_frame(rgb, want={"hash"}, hashed=own).hashes.tolist() == own.hashes.tolist()
    with pytest.raises(ValueError, match="frame"):
        look_frame(rgb[:, :, 0])
    with pytest.raises(ValueError, match="unknown signals"):
        look_frame(rgb, want={"mood"})


def test_an_animation_hides_nothing_in_its_middle():
    from io import BytesIO

    from PIL import Image

    pages = [Image.fromarray(np.roll(scene(1), n, axis=1)) for n in range(7)]
    pages[4] = Image.fromarray(with_code("call +62 812 0000", scene(2)))
    out = BytesIO()
    pages[0].save(out, "WEBP", save_all=True, append_images=pages[1:], lossless=True)
    seen = look(out.getvalue(), want={"hash", "codes"})
    assert seen.frames == 7
    assert [(code.text, code.frame) for code in seen.codes] == [("call +62 812 0000", 4)]
    assert len(seen.frame_hashes) == 6


def test_refusals_are_values_and_files_are_judged_by_content(tmp_path):
    assert look(b"").refusal == "empty"
    assert look(png_bomb()).refusal == "too_many_pixels"
    liar = tmp_path / "photo.jpg"
    liar.write_bytes(b"%PDF-1.7\n")
    renamed = tmp_path / "renamed.png"
    renamed.write_bytes(jpeg(scene(1)))
    missing = tmp_path / "missing.jpg"
    seen = dict(look_many([liar, renamed, missing, tmp_path], want={"hash"}))
    assert [seen[path].refusal for path in (liar, missing, tmp_path)] == [
        "not_what_it_says",
        "unreadable",
        "unreadable",
    ]
    assert seen[renamed].type == "image/jpeg"
    assert all(one.pdq is None and one.codes is None for path, one in seen.items() if path != renamed)


def test_a_model_that_is_not_the_one_we_know_stops_its_signal_alone(monkeypatch):
    package, inside, _ = weights.FILES["adult"]
    monkeypatch.setitem(weights.FILES, "adult", (package, inside, "0" * 64))
    weights.path_of.cache_clear()
    weights._session.cache_clear()
    try:
        seen = look_frame(scene(7), want=QUICK)
        assert {model.signal: model.problem for model in looking.models()}["adult"] == "wrong_checksum"
    finally:
        weights.path_of.cache_clear()
    assert seen.adult is None
    assert seen.unknown == {"adult": "wrong_checksum"}
    assert "adult" not in seen.versions
    assert seen.pdq
    assert seen.codes == ()


def test_a_package_that_is_missing_leaves_its_signal_unknown(monkeypatch):
    monkeypatch.setitem(weights.FILES, "faces_p", ("no_such_package", "x", "0" * 64))
    monkeypatch.setattr(looking.faces, "_loaded", looking.faces._loaded.__wrapped__)
    weights.path_of.cache_clear()
    try:
        seen = look_frame(scene(8), want={"faces"})
    finally:
        weights.path_of.cache_clear()
    assert (seen.faces, seen.unknown) == (None, {"faces": "not_installed"})


@pytest.mark.slow
def test_words_are_read_and_empty_pictures_have_none():
    seen = look_frame(with_words("Cheap tickets call 0812"), want={"texts", "faces"})
    (line,) = seen.texts
    assert line.text.replace(" ", "").lower() == "cheaptickets call 0812".replace(" ", "")
    assert line.confidence > 0.8
    assert line.box.y < 0.55 < line.box.y + line.box.height + 0.05
    assert seen.faces == ()


def test_nothing_in_onnxruntime_reports_home():
    """1.29 and later collect and send; 1.28.0, which is pinned, has nothing to do so."""
    from importlib.metadata import version
    from importlib.util import find_spec
    from pathlib import Path

    assert version("onnxruntime") == "1.28.0"
    folder = Path(find_spec("onnxruntime").origin).parent / "capi"
    libraries = [path for path in folder.iterdir() if ".so" in path.name or path.suffix in {".dylib", ".pyd", ".dll"}]
    assert libraries
    for path in libraries:
        data = path.read_bytes()
        for mark in (b"events.data.microsoft", b"mobile.events", b"collector.azure", b"OneCollector"):
            assert mark not in data, path.name
    import os

    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


@pytest.mark.corpus
def test_everything_malformed_gets_a_look(corpus):
    folder = corpus / "images" / "malformed"
    seen = dict(look_many(sorted(folder.iterdir()), want={"hash", "codes"}))
    assert len(seen) == 69
    assert all(bool(one.refusal) != bool(one.pdq) for one in seen.values())
    assert not any(one.unknown for one in seen.values())


@pytest.mark.corpus
def test_a_face_is_found_in_a_portrait_and_none_in_a_cup(corpus):
    folder = corpus / "images" / "near_dup_gen"
    (face,) = look(folder / "astronaut" / "original.jpg", want={"faces"}).faces
    assert 0.3 < face.x < 0.4
    assert 0.05 < face.y < 0.2
    for name in ("coffee", "brick"):
        assert look(folder / name / "original.jpg", want={"faces"}).faces == ()
