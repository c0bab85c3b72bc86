"""What the configuration says about a team's own source: `[tool.obsaudit.source]`."""

from __future__ import annotations

from ..record import Record


class Helper(Record):
    """A helper of a team's own, and which argument of it ends up as a label."""

    path: str
    position: int | None = None
    keyword: str | None = None

    def is_called(self, spelt: str) -> bool:
        """Whether a call means it, by its whole path or by the end that one path has of the other."""
        return spelt == self.path or spelt.endswith(f".{self.path}") or self.path.endswith(f".{spelt}")


class SourceSettings(Record):
    """The helpers of a code base that no extractor can know."""

    label_wrappers: tuple[str, ...] = ()
    """Own helpers whose arguments end up as labels: `telemetry.track:1` for the second argument."""

    correlated_loggers: tuple[str, ...] = ()
    """Functions that return a logger which writes the trace id: `app.logging.get_logger`."""

    bounded: tuple[str, ...] = ()
    """Names of labels and variables that are known to take few values: `tenant_id`."""

    sanitizers: tuple[str, ...] = ()
    """Functions that return one of few values, whatever they are given: `app.routes.template_of`."""

    @property
    def wrapping(self) -> tuple[Helper, ...]:
        """The helpers of `label-wrappers`: the second argument of `telemetry.track:1`, a keyword of `track:labels`."""
        return tuple(map(_helper, self.label_wrappers))

    @property
    def helpers(self) -> tuple[str, ...]:
        """The bare names of the helpers whose arguments end up as labels: `track` of `telemetry.track:1`."""
        return tuple(entry.partition(":")[0].rpartition(".")[2] for entry in self.label_wrappers)


def _helper(entry: str) -> Helper:
    path, _, place = entry.rpartition(":")
    return Helper(path, position=int(place)) if place.isdigit() else Helper(path, keyword=place)
