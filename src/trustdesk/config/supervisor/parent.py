"""A child's side of dying with its supervisor."""

import ctypes
import os
import signal
import sys
import threading

# How a child learns of its supervisor: the read end of a pipe whose only write end the supervisor holds.
PIPE = "TRUSTDESK_PARENT_PIPE"
GRACE = 6.0  # seconds between being told to stop and being ended
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> bool:
    """End this process when the supervisor ends, however that happens; False, and nothing else, without a supervisor.

    Linux is asked for a signal (PR_SET_PDEATHSIG); everywhere, the pipe reads end-of-file when its writer is gone.
    """
    fd = os.environ.pop(PIPE, None)
    if fd is None:
        return False
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    threading.Thread(target=_watch, args=(int(fd),), name="parent", daemon=True).start()
    return True


def _watch(fd: int) -> None:
    try:
        while os.read(fd, 1):
            pass
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    end_soon()


def end_soon() -> None:
    """End the process if it has not ended by itself within GRACE seconds: a hung request must not keep it alive."""
    timer = threading.Timer(GRACE, os._exit, args=(1,))
    timer.daemon = True
    timer.start()
    timer.join()
