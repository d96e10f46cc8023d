"""The second reader, played by a program that answers as tesseract does."""

import sys

import numpy as np
import pytest

from trustdesk.signals.images import tesseract
from trustdesk.signals.images.shapes import Box

_HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
_WORDS = [
    "5\t1\t1\t1\t1\t1\t20\t10\t60\t20\t91.5\tПривет",
    "5\t1\t1\t1\t1\t2\t90\t10\t70\t20\t88.5\tмир",
    "5\t1\t1\t1\t2\t1\t20\t60\t60\t20\t31.0\tsmudge",
    "5\t1\t2\t1\t1\t1\t20\t160\t60\t20\t95.0\telsewhere",
    "4\t1\t2\t1\t1\t0\t20\t160\t60\t20\t-1\t",
]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    program = tmp_path / "tesseract"
    table = "\\n".join([_HEAD, *_WORDS]).replace("\t", "\\t")
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        'if "--list-langs" in sys.argv:\n    print("List of available languages (3):\\neng\\nrus\\nara")\n'
        f'else:\n    assert sys.stdin.buffer.read(4) == b"\\x89PNG"\n    assert "ara+rus" in sys.argv\n'
        f'    sys.stdout.buffer.write("{table}\\n".encode())\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    tesseract.scripts.cache_clear()
    yield
    tesseract.scripts.cache_clear()


def test_sure_words_in_the_places_asked_for_become_lines(installed):
    assert tesseract.scripts() == ("ara", "rus")
    places = [Box(0, 0, 1, 0.5)]
    (line,) = tesseract.read(np.zeros((200, 200, 3), np.uint8), places, seconds=20)
    assert (line.text, line.confidence, line.engine) == ("Привет мир", 0.9, "tesseract")
    assert line.box == Box(0.1, 0.05, 0.7, 0.1)


def test_without_it_nothing_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    tesseract.scripts.cache_clear()
    assert tesseract.scripts() == ()
    assert tesseract.read(np.zeros((20, 20, 3), np.uint8), [Box(0, 0, 1, 1)], seconds=1) == []
    tesseract.scripts.cache_clear()
