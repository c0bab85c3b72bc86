"""What has changed between two snapshots of a server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from ..lint import Table
from ..lint.record import Record
from .answers import Tsdb
from .errors import LiveError
from .figures import moment
from .snapshot import Snapshot

T = TypeVar("T")
_MOST = 50


class Difference(Record):
    """The tables to show, how much the series have grown, and how many targets are lost."""

    tables: tuple[Table, ...]
    growth: float | None
    """As a share of the series that were there; None where a snapshot does not tell."""

    lost: int
    """Targets that there are fewer of."""

    unknown: tuple[str, ...]
    """What cannot be compared, and why."""


def difference(old: Snapshot, new: Snapshot) -> Difference:
    """
    Compares the series in all and by metric, the names of metrics, and the targets of each job.

    Instances are compared by name only where neither snapshot is redacted: two hashes never agree.
    """
    unknown: list[str] = []

    def both(what: str, read: Callable[[Snapshot], T]) -> tuple[T, T] | None:
        try:
            return read(old), read(new)
        except LiveError as error:
            unknown.append(f"{what}: {error}")
            return None

    note = f"{moment(old.now)} against {moment(new.now)}"
    tables: list[Table] = []
    growth = None
    if (status := both("series", lambda one: one.tsdb_status())) is not None:
        before, after = status
        growth = (after.series - before.series) / before.series if before.series and after.series is not None else None
        tables.append(_series(before, after, note))
    if (names := both("metrics", lambda one: one.metric_names())) is not None:
        tables += _names("New metrics", set(names[1]) - set(names[0]), note)
        tables += _names("Lost metrics", set(names[0]) - set(names[1]), note)
    lost = 0
    if (targets := both("targets", lambda one: one.targets())) is not None:
        counts = [Counter(target.job for target in one) for one in targets]
        jobs = [job for job in sorted(counts[0] | counts[1]) if counts[0][job] != counts[1][job]]
        rows = tuple((job, str(counts[0][job]), str(counts[1][job])) for job in jobs)
        if rows:
            tables.append(Table("Targets", ("job", "before", "now"), rows, frozenset({1, 2}), note))
        lost = (counts[0] - counts[1]).total()
        if not old.redacted and not new.redacted:
            gone = {target.name for target in targets[0]} - {target.name for target in targets[1]}
            tables += _names("Lost targets", gone, note)
            lost = len(gone)
        else:
            unknown.append("targets by name: a snapshot is redacted")
    return Difference(tuple(tables), growth, lost, tuple(unknown))


def _series(before: Tsdb, after: Tsdb, note: str) -> Table:
    """The series in all, and of the metrics that are among the largest in both, the fastest growing first."""
    old, new = ({count.name: count.value for count in one.by_metric} for one in (before, after))
    common = sorted(old.keys() & new.keys(), key=lambda name: (old[name] - new[name], name))
    rows = [("all", _figure(before.series), _figure(after.series), _growth(before.series, after.series))]
    rows += [(name, _figure(old[name]), _figure(new[name]), _growth(old[name], new[name])) for name in common]
    return Table("Series", ("metric", "before", "now", "growth"), tuple(rows), frozenset({1, 2, 3}), note)


def _names(title: str, names: set[str], note: str) -> list[Table]:
    if not names:
        return []
    rows = tuple((name,) for name in sorted(names)[:_MOST])
    more = f"; {len(names) - _MOST} more" if len(names) > _MOST else ""
    return [Table(title, (title.split()[1].rstrip("s"),), rows, note=f"{len(names)}, {note}{more}")]


def _figure(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _growth(before: int | None, after: int | None) -> str:
    return "unknown" if not before or after is None else f"{(after - before) / before:+.1%}"
