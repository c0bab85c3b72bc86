"""
Nodes of files that have not changed, kept between runs.

An entry's name is the hash of the file's content, its kind of name, the settings of the extractors
and the version; its content is a pickle. It lies in the user's own cache folder and never in the
repository, since unpickling what others can write would run their code.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from pathlib import Path

from .documents import VERSION, Parsed


def default_folder(environment: dict[str, str]) -> Path:
    """Where entries lie: `$XDG_CACHE_HOME/obsaudit`, or `~/.cache/obsaudit`."""
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "obsaudit"


class Cache:
    """A folder of parsed files. A folder that cannot be written to, or an entry that cannot be read, is no error."""

    def __init__(self, folder: Path | None, salt: str) -> None:
        self._folder = folder
        self._salt = f"{VERSION} {salt}".encode()

    def key(self, data: bytes, source: str) -> str:
        """The name of the entry for a file; its source is part of it, since nodes hold it."""
        digest = hashlib.blake2b(self._salt, digest_size=20)
        digest.update(source.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(data)
        return digest.hexdigest()

    def load(self, key: str) -> Parsed | None:
        """The entry, or None where there is none that can be read."""
        if self._folder is None:
            return None
        try:
            data = self._path(key).read_bytes()
            parsed = pickle.loads(data)
        except Exception:  # a torn or foreign pickle may raise anything, and is then written anew
            return None
        return parsed if isinstance(parsed, Parsed) else None

    def store(self, key: str, parsed: Parsed) -> None:
        """Keeps an entry, whole or not at all."""
        if self._folder is None:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    pickle.dump(parsed, file, pickle.HIGHEST_PROTOCOL)
                os.replace(name, path)
            except BaseException:
                os.unlink(name)
                raise

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]
