"""A sample as bytes: scores, truths, weights, groups and places as arrays, no text, no pickle. Pure."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trustdesk.learning.estimating import Sample
from trustdesk.learning.rules import places

Place = tuple[str, str]  # (market, language)


class Damaged(Exception):
    """The kept arrays are not those that were measured."""


def _none() -> "NDArray[np.float64]":
    return np.zeros(0)


@dataclass(frozen=True)
class Scored:
    """Everything a study measured. `where`, `drawn_where`: index into `names` of each row's market and language;
    `drawn`: scores of contents drawn at random, empty where the labels are themselves such a draw."""

    scores: "NDArray[np.float64]"
    truth: "NDArray[np.bool_]"
    weights: "NDArray[np.float64]"
    groups: "NDArray[np.int64]"
    where: "NDArray[np.int64]"
    names: tuple[Place, ...]
    drawn: "NDArray[np.float64]" = field(default_factory=_none)
    drawn_where: "NDArray[np.int64]" = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(
        cls,
        *,
        scores: Sequence[float],
        truth: Sequence[bool],
        weights: Sequence[float],
        groups: Sequence[str],
        where: Sequence[Place],
        drawn: Sequence[float] = (),
        drawn_where: Sequence[Place] = (),
    ) -> "Scored":
        names = tuple(sorted({*where, *drawn_where}))
        known = {place: number for number, place in enumerate(names)}
        return cls(
            scores=np.asarray(scores, dtype=np.float64),
            truth=np.asarray(truth, dtype=np.bool_),
            weights=np.asarray(weights, dtype=np.float64),
            groups=np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64),
            where=np.array([known[place] for place in where], dtype=np.int64),
            names=names,
            drawn=np.asarray(drawn, dtype=np.float64),
            drawn_where=np.array([known[place] for place in drawn_where], dtype=np.int64),
        )

    def places(self) -> list[Place]:
        """Those with enough labels to be looked at by themselves, the widest first."""
        return places(self.names[number] for number in self.where)

    def sample(self, place: Place = ("", "")) -> Sample:
        """The part of one market and language; "" means all of them."""
        inside = np.array([_within(name, place) for name in self.names], dtype=np.bool_)
        mine = inside[self.where] if self.names else np.zeros(0, dtype=np.bool_)
        drawn = self.drawn[inside[self.drawn_where]] if self.drawn.size else None
        return Sample.of(
            self.scores[mine], self.truth[mine], weights=self.weights[mine], groups=self.groups[mine], population=drawn
        )

    def packed(self) -> bytes:
        out = io.BytesIO()
        np.savez_compressed(
            out,
            scores=self.scores,
            truth=self.truth,
            weights=self.weights,
            groups=self.groups,
            where=self.where,
            names=np.array([f"{market}\t{language}" for market, language in self.names], dtype="U24"),
            drawn=self.drawn,
            drawn_where=self.drawn_where,
        )
        return out.getvalue()

    @classmethod
    def unpacked(cls, raw: bytes, *, sha256: str) -> "Scored":
        """Raises Damaged."""
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise Damaged
        with np.load(io.BytesIO(raw), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        market_language = [str(name).partition("\t") for name in arrays.pop("names")]
        return cls(names=tuple((market, language) for market, _, language in market_language), **arrays)


def _within(name: Place, place: Place) -> bool:
    return place[1] in ("", name[1]) and place[0] in ("", name[0])
