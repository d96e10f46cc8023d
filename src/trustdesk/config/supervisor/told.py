"""Being told to stop, by a signal that may come at any moment."""

import os
import select


class Told:
    """As `threading.Event`, but a signal handler may set it: an event waits and is set under one lock, and a handler that
    runs while its own thread holds that lock waits for itself for ever."""

    def __init__(self) -> None:
        self._flag = False
        self._reader, self._writer = os.pipe()

    def is_set(self) -> bool:
        return self._flag

    def set(self) -> None:
        if not self._flag:
            self._flag = True
            os.write(self._writer, b"!")

    def wait(self, seconds: float) -> bool:
        """Whether it was set, at the latest after so many seconds."""
        if not self._flag:
            select.select([self._reader], [], [], seconds)
        return self._flag
