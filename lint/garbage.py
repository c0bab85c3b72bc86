"""
When the garbage collector looks for what only refers to itself, and when it need not.

It looks through all that there is, again and again while that grows. Values and the trees of parsers hold no cycles:
there it finds nothing, and takes longer than making them does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, nothing is looked for."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def set_aside() -> Iterator[None]:
    """Inside, what there was before is not looked through any more."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
