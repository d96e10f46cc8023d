"""The corpus (docs/corpus.md): labelled texts, each with its source and licence."""

import csv
import gzip
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SETTING = "TRUSTDESK_CORPUS"


class CorpusMissing(Exception):
    """There is no corpus where the setting says."""


@dataclass(frozen=True)
class Row:
    """One labelled text. `label` is its main class, `tags` what else is known of it (the corpus' own keys)."""

    id: str
    text: str
    label: str
    tags: dict[str, Any]
    lang: str
    source: str
    licence: str

    @property
    def open(self) -> bool:
        """May a model trained on it be given away? Scraped rows may not, whatever their repository says."""
        return self.licence.startswith("open:") and "scraped" not in self.licence

    @property
    def share_alike(self) -> bool:
        """CC-BY-SA and CDLA-Sharing ask that what is made of it carries their licence."""
        return "-SA" in self.licence or "CDLA-Sharing" in self.licence


@dataclass(frozen=True)
class Corpus:
    folder: Path

    @classmethod
    def named(cls) -> "Corpus":
        """The one the setting names. Raises CorpusMissing."""
        folder = os.environ.get(SETTING, "")
        if not folder or not (Path(folder) / "text").is_dir():
            raise CorpusMissing(f"set {SETTING} to the folder of the corpus: it holds a folder text/ (docs/corpus.md)")
        return cls(Path(folder))

    def rows(self, task: str, *, open_only: bool = False, share_alike: bool = True) -> Iterator[Row]:
        """The rows of `text/TASK.csv.gz` in their order."""
        csv.field_size_limit(sys.maxsize)
        with gzip.open(self.folder / "text" / f"{task}.csv.gz", "rt", encoding="utf-8", newline="") as handle:
            for told in csv.DictReader(handle):
                row = Row(
                    told["id"],
                    told["text"],
                    told["label"],
                    json.loads(told["labels"] or "{}"),
                    told["lang"],
                    told["source"],
                    told["lic"],
                )
                if open_only and not row.open:
                    continue
                if not share_alike and row.share_alike:
                    continue
                yield row

    @cached_property
    def images(self) -> Path:
        return self.folder / "images"
