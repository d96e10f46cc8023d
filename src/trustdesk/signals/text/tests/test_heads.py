"""A head is read only when it is the one its manifest names."""

import json

import numpy as np
import pytest

from trustdesk.signals.text import features, heads
from trustdesk.signals.training import artefacts
from trustdesk.signals.training.corpus import Row


def written(folder, **arrays):
    return artefacts.write(
        folder,
        name="small",
        version="1",
        arrays=arrays or {"weight": np.ones((3, 2), dtype=np.float16)},
        classes=("a", "b"),
        data=(),
        seed=1,
        modules=[features],
    )


def test_what_is_written_is_read_again(tmp_path):
    manifest = written(tmp_path)
    head = heads.load("small", tmp_path)
    assert head.manifest == manifest
    assert head.arrays["weight"].dtype == np.float16


def test_the_same_arrays_make_the_same_file(tmp_path):
    assert written(tmp_path / "one").sha256 == written(tmp_path / "two").sha256


def test_one_changed_byte_is_refused(tmp_path):
    written(tmp_path)
    path = tmp_path / "small.npz"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(heads.ArtefactRefused, match="its checksum is"):
        heads.load("small", tmp_path)


def test_pickled_objects_are_refused_whatever_the_checksum_says(tmp_path):
    manifest = written(tmp_path)
    np.savez(tmp_path / "small.npz", weight=np.array([object()], dtype=object))
    digest = heads.hashlib.sha256((tmp_path / "small.npz").read_bytes()).hexdigest()
    told = json.loads((tmp_path / "small.json").read_text())
    (tmp_path / "small.json").write_text(json.dumps({**told, "sha256": digest}))
    assert digest != manifest.sha256
    with pytest.raises(heads.ArtefactRefused, match="arrays cannot be read"):
        heads.load("small", tmp_path)


@pytest.mark.parametrize("text", ["", "{", '{"name": "small"}'])
def test_a_broken_manifest_is_refused(tmp_path, text):
    written(tmp_path)
    (tmp_path / "small.json").write_text(text)
    with pytest.raises(heads.ArtefactRefused, match="manifest cannot be read"):
        heads.load("small", tmp_path)


def test_a_head_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(heads.ArtefactRefused, match="no manifest"):
        heads.load("none", tmp_path)


def test_rows_that_may_not_be_given_away_are_not_trained_on():
    row = Row("x:1", "text", "spam", {}, "en", "x", "nc:CC-BY-NC-4.0")
    with pytest.raises(artefacts.NotOpen):
        artefacts.sources([row])


def test_the_shipped_heads_rest_on_open_rows_alone_and_are_small():
    names = heads.names()
    licences = {row["licence"] for name in names for row in heads.read_manifest(name).data}
    assert all(licence.startswith("open:") and "scraped" not in licence for licence in licences)
    assert sum(path.stat().st_size for path in heads.ARTEFACTS.glob("*")) <= 15_000_000
    for name in names:
        heads.load(name)
