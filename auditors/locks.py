"""A lock for each key, so that threads wait for what they need, and not for each other."""

from __future__ import annotations

import threading


class Locks:
    """The locks by key, each made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, threading.Lock] = {}

    def of(self, key: str) -> threading.Lock:
        """The lock of a key."""
        with self._lock:
            return self._of.setdefault(key, threading.Lock())
