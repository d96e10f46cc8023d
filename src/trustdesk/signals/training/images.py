"""Figures of the image signals on the corpus: near duplicates, codes, texts. Nothing is trained here."""

import csv
import difflib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import codes, neardup, pdq, texts
from trustdesk.signals.images.neardup import Signature
from trustdesk.signals.training.corpus import Corpus
from trustdesk.signals.training.image_changes import CHANGES
from trustdesk.signals.training.measures import Figure

NAME = "images"
SEED = 20_26
_EDGE = 640  # pixels that pictures are brought to before they are changed


@dataclass(frozen=True)
class Image:
    path: Path
    kind: str
    known: dict[str, Any]

    def rgb(self) -> NDArray[np.uint8]:
        from PIL import Image as Pillow

        with Pillow.open(self.path) as opened:
            return np.asarray(opened.convert("RGB"))


def images(corpus: Corpus, *kinds: str) -> list[Image]:
    """The pictures of these kinds that the manifest names; none of them is hostile."""
    with (corpus.images / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        return [
            Image(corpus.images / told["file"], told["kind"], json.loads(told["meta"] or "{}"))
            for told in csv.DictReader(handle)
            if told["kind"] in kinds
        ]


def evaluate(corpus: Corpus) -> list[Figure]:
    return [*near_duplicates(corpus), *changed(corpus), *qr_codes(corpus), *read_texts(corpus)]


def near_duplicates(corpus: Corpus) -> Iterator[Figure]:
    """Pairs of the corpus: within a group of copies, and across groups."""
    given = images(corpus, "near_dup_gen", "near_dup_official", "synthetic_ad", "ocr")
    groups = [str(one.known.get("group", one.path.name)) for one in given]
    signed = [neardup.signature(one.rgb()) for one in given]
    same = [pair for pair in combinations(range(len(given)), 2) if groups[pair[0]] == groups[pair[1]]]
    others = len(given) * (len(given) - 1) // 2 - len(same)
    likeness = [neardup.alike(signed[first], signed[second]) for first, second in same]
    yield _rate("near duplicates, all pairs of copies", [one.near for one in likeness], aim=0.90)
    yield _rate("PDQ within 31 alone, all pairs of copies", [_pdq(signed[a], signed[b]) <= pdq.SAME for a, b in same])
    found = list(neardup.find_pairs(signed))
    right = sum(groups[one.first] == groups[one.second] for one in found)
    yield Figure(NAME, "near duplicates, pairs found in the whole set", right / len(same), len(same), aim=0.90)
    wrong = len(found) - right
    yield Figure(NAME, "false pairs in the whole set", wrong / others, others, aim=0.001, at_least=False)


def changed(corpus: Corpus) -> Iterator[Figure]:
    """Each picture against changed copies of itself and of all the others, changed anew with a seed."""
    firsts: dict[str, Image] = {}  # of each group of copies the one that the manifest names first, the original
    for one in images(corpus, "near_dup_gen", "near_dup_official", "ocr"):
        firsts.setdefault(str(one.known.get("group", one.path.name)), one)
    given = list(firsts.values())
    chance = np.random.default_rng(SEED)
    bases = [_fitted(one.rgb()) for one in given]
    signed = [neardup.signature(base) for base in bases]
    right: dict[str, list[bool]] = defaultdict(list)
    alone: list[bool] = []
    wrong: list[bool] = []
    for at, base in enumerate(bases):
        for name, change in CHANGES.items():
            copy = neardup.signature(change(base, chance))
            right[name].append(neardup.alike(signed[at], copy).near)
            alone.append(_pdq(signed[at], copy) <= pdq.SAME)
            wrong += [neardup.alike(other, copy).near for number, other in enumerate(signed) if number != at]
    yield _rate("near duplicates, changed anew", [one for each in right.values() for one in each], aim=0.90)
    yield _rate("PDQ within 31 alone, changed anew", alone)
    yield Figure(NAME, "false pairs, changed anew", float(np.mean(wrong)), len(wrong), aim=0.001, at_least=False)
    for name, each in right.items():
        yield _rate(f"near duplicates, {name}", each)


def qr_codes(corpus: Corpus) -> Iterator[Figure]:
    """Photos of QR codes, and pictures in which none is to be found."""
    read = []
    for one in images(corpus, "qr"):
        wanted = _plain(str(one.known.get("text", "")))
        said = [_plain(code.text) for code in codes.read(one.rgb())]
        read.append(wanted in said if wanted else bool(said))
    yield _rate("QR codes read", read, aim=0.85)
    empty = [*images(corpus, "qr_negative", "near_dup_gen", "near_dup_official", "ocr")]
    false = [bool(codes.read(one.rgb())) for one in empty]
    yield Figure(NAME, "codes read where there are none", float(np.sum(false)), len(false), aim=0, at_least=False)
    ads = images(corpus, "synthetic_ad")
    right = [
        [code.text for code in codes.read(one.rgb())] == ([one.known["qr"]] if one.known["qr"] else []) for one in ads
    ]
    yield _rate("codes of synthetic ads right", right)


def read_texts(corpus: Corpus) -> Iterator[Figure]:
    """Letters that are right, by the longest common runs; order of lines as read."""
    for kind, name in (("synthetic_ad", "letters of synthetic ads"), ("ocr", "letters of scanned pages")):
        shares = []
        for one in images(corpus, kind):
            wanted = _plain(str(one.known.get("text", "")))
            if wanted:
                said = _plain(" ".join(line.text for line in texts.read(_fitted(one.rgb(), 2_048))))
                blocks = difflib.SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
                shares.append(sum(block.size for block in blocks) / len(wanted))
        if shares:
            yield Figure(NAME, name, float(np.mean(shares)), len(shares))


def _rate(name: str, hits: list[bool], aim: float | None = None) -> Figure:
    return Figure(NAME, name, float(np.mean(hits)), len(hits), aim=aim)


def _pdq(one: Signature, other: Signature) -> int:
    """Bits that differ in the hashes as PDQ is used by itself: no turning, no borders."""
    return pdq.distance(one.hashed.hashes[0], other.hashed.hashes[0])


def _fitted(rgb: NDArray[np.uint8], edge: int = _EDGE) -> NDArray[np.uint8]:
    import cv2

    scale = min(1.0, edge / max(rgb.shape[:2]))
    return (
        rgb
        if scale == 1
        else np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    )


def _plain(words: str) -> str:
    return " ".join(words.replace("\\r\\n", " ").split())
