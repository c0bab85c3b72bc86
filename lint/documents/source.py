"""What the configuration says about a team's own source: `[tool.obsaudit.source]`."""

from __future__ import annotations

from ..record import Record


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
    def helpers(self) -> tuple[str, ...]:
        """The bare names of the helpers whose arguments end up as labels: `track` of `telemetry.track:1`."""
        return tuple(entry.partition(":")[0].rpartition(".")[2] for entry in self.label_wrappers)
