"""Runs every signal where there is no network at all: `python -m tests.offline FOLDER` in a process of its own.

First the process leaves the network (a namespace without any interface, where the system allows one), then it has the
kernel end it at its first connect(2) or sendto(2) to an internet address, which a look-up of a name is too: what comes
after can neither talk nor try to.
Prints one JSON line of what answered.
"""

import ctypes
import json
import platform
import struct
import sys
from pathlib import Path

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
# System calls by machine, with the place in struct seccomp_data of the length of the address they are given.
_TALKING = {"x86_64": {42: 32, 44: 56}, "aarch64": {203: 32, 206: 56}}  # connect, sendto
# A filter cannot read the address itself, but its length tells: sockaddr_in and sockaddr_in6 against sockaddr_un.
_INTERNET = (16, 28)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def leave_network() -> bool:
    """True where the process now has a network namespace without any interface."""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(_NEWNET) == 0 or libc.unshare(_NEWUSER | _NEWNET) == 0


def die_at_internet() -> None:
    """From now on the kernel ends this process, its threads and children when one talks to an internet address. Raises
    OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    steps = []
    for number, place in _TALKING[platform.machine()].items():
        steps += [
            (_LOAD, 0, 0, 0),  # the number of the system call
            (_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, place),
            (_EQUAL, 1, 0, _INTERNET[0]),
            (_EQUAL, 0, 1, _INTERNET[1]),
            (_RETURN, 0, 0, _KILL_PROCESS),
        ]
    steps.append((_RETURN, 0, 0, _ALLOW))
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")


def texts() -> dict[str, object]:
    from trustdesk.signals.text.columns import SIGNALS
    from trustdesk.signals.text.embedding import has_passages, passages

    asked = ["Call +62 812 3456 7890 or see http://bit.example/x", "Kenapa iklan saya dihapus?"]
    told: dict[str, object] = {signal.name: len(signal.ask(asked, None)) for signal in SIGNALS}
    if has_passages():
        told["passages"] = len(passages(asked))
    from trustdesk.engine.entities import ENTITIES

    told["entities"] = {name: len(find(asked[0], ("ID",))) for name, find in ENTITIES.items()}
    return told


def pictures(folder: Path) -> dict[str, object]:
    from PIL import Image, ImageDraw

    from trustdesk.signals.images.looking import look

    picture = Image.new("RGB", (320, 160), "white")
    ImageDraw.Draw(picture).text((20, 60), "CALL NOW 0812 3456 7890", fill="black", font_size=24)
    path = folder / "a.png"
    picture.save(path)
    told = look(path)
    return {"refusal": told.refusal, "texts": len(told.texts or ()), "adult": told.adult, "unknown": dict(told.unknown)}


def videos(folder: Path) -> dict[str, object]:
    import av
    import numpy as np

    from trustdesk.signals.video.looking import look_video

    path = folder / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(10):
            shade = np.full((64, 64, 3), 25 * number, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        container.mux(stream.encode())
    told = look_video(path)
    return {"refusal": told.refusal, "frames": len(told.times)}


def main() -> int:
    folder = Path(sys.argv[1])
    if "--look-up" in sys.argv:
        die_at_internet()
        import socket

        socket.getaddrinfo("telemetry.example", 443)
    alone = leave_network()
    die_at_internet()
    answered = {"alone": alone, **texts(), "pictures": pictures(folder), "video": videos(folder)}
    print(json.dumps(answered))
    return 0


if __name__ == "__main__":
    sys.exit(main())
