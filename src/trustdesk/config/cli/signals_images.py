"""`trustdesk signals images` and `trustdesk signals neighbours`: what is seen in a folder of pictures. Needs no desk."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

_INTERRUPTED = 130  # 128 + SIGINT, as shells count
_EVERY = 2.0  # seconds between lines of progress


def add(verbs: Any) -> None:
    images = verbs.add_parser(
        "images",
        help="look at a folder of pictures: hashes, adult score, texts, codes, faces",
        description="Look at every file of a folder and those below it, and write one line of JSON for each: what was "
        "seen, or why it was not opened. No file stops the run. Reading texts takes most of the time: leave it out "
        "with --only hash,adult,codes,faces.",
    )
    images.add_argument("folder", type=Path, metavar="FOLDER")
    images.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl", help="`-` writes to standard output")
    images.add_argument("--only", metavar="NAMES", help="of hash, adult, texts, codes, faces, with commas between")
    images.add_argument("--resume", action="store_true", help="leave out the files that FILE.jsonl already has")
    images.set_defaults(run=_images)
    neighbours = verbs.add_parser(
        "neighbours",
        help="near-duplicate pairs of a folder of pictures",
        description="Find pictures of a folder and those below it that are one picture: turned, mirrored, framed, "
        "written on, cut by some percent, packed again. One line of JSON for each pair.",
    )
    neighbours.add_argument("folder", type=Path, metavar="FOLDER")
    neighbours.add_argument(
        "--out", type=Path, default=Path("-"), metavar="FILE.jsonl", help="default: standard output"
    )
    neighbours.set_defaults(run=_neighbours)


def listed() -> list[dict[str, str]]:
    """What is seen in pictures, for `trustdesk signals list`."""
    from trustdesk.signals.images.looking import models

    return [{"signal": one.signal, "version": one.version, "state": one.problem or "ready"} for one in models()]


def _images(args: argparse.Namespace) -> int:
    from trustdesk.signals.images.looking import EVERYTHING, look

    chosen = frozenset(args.only.replace(" ", "").split(",")) if args.only else EVERYTHING
    if not EVERYTHING.issuperset(chosen):
        return _refuse(f"--only: there is no {min(chosen - EVERYTHING)}; there are {', '.join(sorted(EVERYTHING))}")
    if not args.folder.is_dir():
        return _refuse(f"{args.folder} is not a folder")
    done = _done(args.out) if args.resume else set()
    with ExitStack() as stack:
        try:
            out = _opened(stack, args.out, "a" if args.resume else "w")
        except OSError as error:
            return _refuse(f"{args.out} cannot be written: {error.strerror}")
        told = _Told("files")
        refused = 0
        for path in _files(args.folder):
            name = _name(path, args.folder)
            if name in done:
                continue
            try:
                seen = look(path, want=chosen).as_json()
            except KeyboardInterrupt:
                told.end(f"interrupted; --resume goes on, {refused} refused so far")
                return _INTERRUPTED
            except Exception as error:  # one file never stops a run
                seen = {"refusal": "failed", "detail": type(error).__name__}
            refused += bool(seen["refusal"])
            out.write(json.dumps({"file": name, **seen}, ensure_ascii=True) + "\n")
            out.flush()
            told.one()
        told.end(f"{refused} refused")
    return 0


def _neighbours(args: argparse.Namespace) -> int:
    from trustdesk.pictures.opening import Refused
    from trustdesk.signals.images import neardup
    from trustdesk.signals.images.looking import first_picture

    if not args.folder.is_dir():
        return _refuse(f"{args.folder} is not a folder")
    names: list[str] = []
    signatures: list[neardup.Signature] = []
    try:
        told = _Told("pictures")
        refused = 0
        for path in _files(args.folder):
            try:
                signatures.append(neardup.signature(first_picture(path)))
            except Refused as error:
                refused += 1
                print(f"{_name(path, args.folder)}: {error.reason}", file=sys.stderr)
            except Exception as error:  # one file never stops a run
                refused += 1
                print(f"{_name(path, args.folder)}: failed ({type(error).__name__})", file=sys.stderr)
            else:
                names.append(_name(path, args.folder))
            told.one()
        told.end(f"{refused} refused")
        with ExitStack() as stack:
            try:
                out = _opened(stack, args.out, "w")
            except OSError as error:
                return _refuse(f"{args.out} cannot be written: {error.strerror}")
            compared = _Told("pairs compared")
            found = 0
            for pair in neardup.find_pairs(signatures, progress=lambda done, _: compared.one(done)):
                found += 1
                line = {"first": names[pair.first], "second": names[pair.second], **asdict(pair.likeness)}
                out.write(json.dumps(line, ensure_ascii=True) + "\n")
                out.flush()
            compared.end(f"{found} pairs of near duplicates")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    return 0


class _Told:
    """Lines of progress on standard error."""

    def __init__(self, what: str) -> None:
        self.what, self.count = what, 0
        self.began = self.last = time.monotonic()

    def one(self, count: int | None = None) -> None:
        self.count = self.count + 1 if count is None else count
        now = time.monotonic()
        if now - self.last > _EVERY:
            self.last = now
            print(f"{self.count} {self.what}, {self.count / (now - self.began):.1f} a second", file=sys.stderr)

    def end(self, words: str) -> None:
        print(f"{self.count} {self.what} in {time.monotonic() - self.began:.1f} s; {words}", file=sys.stderr)


def _files(folder: Path) -> Iterator[Path]:
    """Every regular file below, folder by folder, in order of names; links to folders are not followed."""
    for inside, folders, names in os.walk(folder, onerror=_unread):
        folders.sort()
        for name in sorted(names):
            path = Path(inside, name)
            if path.is_file():  # neither pipes nor devices
                yield path


def _unread(error: OSError) -> None:
    print(f"{error.filename}: {error.strerror}", file=sys.stderr)


def _name(path: Path, folder: Path) -> str:
    """As it stands below the folder; what is not text in a name is escaped, so that it can be told from others."""
    return str(path.relative_to(folder)).encode("utf-8", "backslashreplace").decode()


def _done(out: Path) -> set[str]:
    """The files that a run before has written; a line that it did not finish is cut off."""
    if not out.is_file():
        return set()
    names, whole = set(), 0
    with out.open("rb") as handle:
        for line in handle:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                names.add(str(json.loads(line)["file"]))
            except (ValueError, KeyError, TypeError):
                continue
    os.truncate(out, whole)
    return names


def _opened(stack: ExitStack, out: Path, mode: str) -> TextIO:
    if str(out) == "-":
        return sys.stdout
    handle: Any = out.open(mode, encoding="utf-8")
    stack.enter_context(handle)
    opened: TextIO = handle
    return opened


def _refuse(sentence: str) -> int:
    print(f"trustdesk signals: {sentence}", file=sys.stderr)
    return 1
