"""What a run is asked to do, with everything that it takes from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .cache import Cache
from .config import Config
from .deferred import AnyRule
from .index import Index
from .nodes import Node
from .profile import Profile
from .record import Record, field

if TYPE_CHECKING:
    from .git import History
    from .web import Web

Progress = Callable[[int, int], None]
"""Called with the files done and the files there are."""


class Request(Record):
    """
    What to check.

    `contents` are texts that stand for what is on disk: standard input under its name, files with
    fixes that are not written yet.
    """

    paths: Sequence[str]
    config: Config
    rules: Sequence[AnyRule]
    cwd: Path
    today: date
    cache: Cache
    contents: Mapping[str, bytes] = field(default_factory=dict)
    progress: Progress | None = None
    use_baseline: bool = True
    known: tuple[Node, ...] = ()
    """What is known besides the files, as a snapshot tells of a server: rules about the project see it, too."""

    history: History | None = None
    web: Web | None = None
    index: Index | None = None
    """What is known of the paths by the status of their files; what asks for it has to be `steady`."""

    jobs: int = 1
    """How many processes may read files at once."""

    profile: Profile | None = None
    """Where the time goes, when somebody wants to know."""

    @property
    def baseline_path(self) -> Path:
        """Where the baseline lies."""
        return self.config.root / self.config.baseline
