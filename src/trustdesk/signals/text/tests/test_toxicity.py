"""The toxicity head as shipped: what it must tell apart, what it must survive, what it may have been trained on."""

from pathlib import Path

import numpy as np
import pytest

from trustdesk.signals.text import heads, toxicity
from trustdesk.signals.text.heads import ArtefactRefused
from trustdesk.signals.training.corpus import Row

HATE, ANY = toxicity.CLASSES.index("hate"), toxicity.CLASSES.index("any_harm")

HATEFUL = [
    "I can't stand Muslims, they are vermin.",
    "Ausländer raus, das sind alles Parasiten!",
    "Los gitanos son basura y hay que echarlos.",
    "Orang Cina itu tikus, usir mereka!",
    "黑人都是垃圾，滚出去。",
]
HARMLESS = [
    "Muslims are wonderful neighbours.",
    "Ich habe viele ausländische Freunde.",
    "Mi mejor amiga es gitana y vive en Sevilla.",
    "Tetangga saya orang Cina, baik sekali.",
    "我最好的朋友是黑人。",
    "Is the bicycle still available? I can pay 50 euro.",
    "Breast cancer screening is free for women over fifty.",
]


def test_hate_is_told_from_talk_about_groups() -> None:
    hateful, harmless = toxicity.scores(HATEFUL)[:, HATE], toxicity.scores(HARMLESS)[:, HATE]
    assert hateful.min() > 0.5
    # One of them may be blamed: the card says how often a group's name alone does that.
    assert sorted(harmless)[-2] < 0.5
    assert hateful.min() > harmless.mean() + 0.3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I know where you live and I will kill you.", "threat"),
        ("I don't want to live anymore, I will end it tonight.", "self_harm"),
        ("Suck my hard cock, I want to fuck you all night.", "sexual"),
        ("You are a worthless idiot and nobody likes you.", "harassment"),
        ("What the fuck is this shit?", "profanity"),
    ],
)
def test_each_class_has_its_cases(text: str, name: str) -> None:
    told = dict(zip(toxicity.CLASSES, toxicity.scores([text])[0], strict=True))
    assert told[name] > 0.5


def test_disguise_does_not_help() -> None:
    plainly, *disguised = toxicity.scores(
        [
            "women are trash and I hate women",
            "wоmеn аrе trаsh аnd I hаtе wоmеn",
            "ｗｏｍｅｎ ａｒｅ ｔｒａｓｈ ａｎｄ Ｉ ｈａｔｅ ｗｏｍｅｎ",
            "w0m3n are tr4sh and I h4te w0m3n",
            "w o m e n  a r e  t r a s h  a n d  I  h a t e  w o m e n",
            "wo🔥men are tr🤮ash and I ha😡te wo🔥men",
        ]
    )[:, HATE]
    assert all(score > plainly - 0.1 for score in disguised)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "7" * 300,
        "😀" * 50,
        "Z̷͓͎a̸l̵g̶ò̴" * 40,
        "\ud800 half a pair",
        "\x00\x01",
        "ما هذا 这是 what это",
        "x" * 1_000_000,
    ],
    ids=["empty", "space", "letter", "digits", "emoji", "zalgo", "surrogate", "controls", "mixed", "megabyte"],
)
def test_any_text_is_scored(text: str) -> None:
    told = toxicity.scores([text])
    assert told.shape == (1, len(toxicity.CLASSES))
    assert np.isfinite(told).all()
    assert told.min() >= 0
    assert told.max() <= 1


def test_one_text_scores_alike_alone_and_among_others() -> None:
    together = toxicity.scores([*HATEFUL, *HARMLESS])
    apart = np.concatenate([toxicity.scores([text]) for text in [*HATEFUL, *HARMLESS]])
    assert np.allclose(together, apart, atol=0.02)
    assert (together[:, ANY] >= together[:, :6].max(axis=1) - 1e-6).all()
    assert toxicity.scores([]).shape == (0, len(toxicity.CLASSES))


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix in ("npz", "json"):
        (tmp_path / f"toxicity.{suffix}").write_bytes((heads.ARTEFACTS / f"toxicity.{suffix}").read_bytes())
    raw = bytearray((tmp_path / "toxicity.npz").read_bytes())
    raw[-100] ^= 1
    (tmp_path / "toxicity.npz").write_bytes(raw)
    with pytest.raises(ArtefactRefused, match="checksum"):
        heads.load("toxicity", tmp_path)


def test_it_was_trained_on_free_rows_alone() -> None:
    data = heads.read_manifest(toxicity.NAME).data
    assert {source["source"] for source in data} >= {"davidson", "cold", "written cases"}
    for source in data:
        row = Row("", "", "", {}, "", source["source"], source["licence"])
        assert row.open, source
        assert not row.share_alike, source
