"""How many pictures are decoded at once in one process, and with how much memory: for `drawing`."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_M_MMAP_THRESHOLD = -3
_LARGE = 2 * 1024 * 1024


def return_large_blocks() -> None:
    """From now on what is freed of 2 MB and more goes back to the system at once, in the whole process.

    glibc raises that limit to 32 MB by itself and keeps a heap for every thread: sixteen threads that drew one picture of 25
    megapixels each, two at a time, held 970 MB afterwards. Where there is no glibc, nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)


class Gate:
    """Lets in `places` at once, as long as what they need together is no more than `memory` bytes. First come, first served."""

    def __init__(self, places: int, memory: int) -> None:
        self._whole = memory
        self._places, self._memory = places, memory
        self._line = threading.Lock()
        self._left = threading.Condition()

    @contextmanager
    def hold(self, memory: int) -> Iterator[None]:
        """A place for one who needs so many bytes; who needs more than there is comes in alone."""
        needed = min(memory, self._whole)
        with (
            self._line,
            self._left,
        ):  # whoever waits holds the line: small ones don't pass a large one for ever
            self._left.wait_for(lambda: self._places > 0 and self._memory >= needed)
            self._places -= 1
            self._memory -= needed
        try:
            yield
        finally:
            with self._left:
                self._places += 1
                self._memory += needed
                self._left.notify_all()
