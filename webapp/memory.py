"""The memory of a process that serves for long: what its start has made is left alone by Python's garbage collector."""

from __future__ import annotations

import gc
from typing import Final

__all__ = ["settle"]

YOUNG: Final = 10_000  # objects made and not yet freed before the collector looks at them (Python: 700)


def settle() -> None:
    """To be called once everything is made and before the first request, or before processes are forked.

    Modules, tables and the app are some hundred thousand objects that live as long as the process. A full collection
    looks at each of them, stops every thread meanwhile and takes the processor's caches; frozen, it passes them by.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
