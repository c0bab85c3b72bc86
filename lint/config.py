"""
Configuration: `obsaudit.toml`, or `[tool.obsaudit]` in `pyproject.toml`; the nearest upwards, no cascade.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from .deferred import AnyRule
from .discover import matcher, reason
from .documents.source import SourceSettings
from .finding import Confidence, Finding, Severity
from .record import Record, field, replace

FILE_NAME = "obsaudit.toml"
BASELINE_NAME = "obsaudit-baseline.txt"

_OWN_TABLE = re.compile(rb"""^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*["']?obsaudit["']?[ \t]*[\].]""", re.MULTILINE)

# Settings of the run that are options of several rules: each rule that has one gets its value.
_OF_THE_RUN = frozenset({"metric_prefixes", "channels", "method_labels", "route_labels", "operation_labels"})


class ConfigError(Exception):
    """A configuration that cannot be used: what is wrong, where, and what was probably meant."""

    # No frozen dataclass: whoever passes an exception on sets its `__traceback__`.
    def __init__(self, message: str, path: str | None = None, line: int | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.path, self.line, self.help = message, path, line, help

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return f"{place}{self.message}" + (f"\n  help: {self.help}" if self.help else "")


class RuleSettings(Record):
    """What the configuration says of one rule."""

    severity: Severity | None = None
    options: Mapping[str, object] = field(default_factory=dict)


class PerPath(Record):
    """Rules that are left out below some paths."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...]


class Accepted(Record):
    """Findings that are accepted in files which hold no comments."""

    source: str
    """A pattern for paths, as in `exclude`."""

    rules: tuple[str, ...]
    reason: str
    pointer: str = ""
    """A JSON pointer (RFC 6901) to what is covered, in JSON and YAML; empty for the whole file."""

    until: date | None = None


class Server(Record):
    """
    A live server by name. Its credentials stand in the environment or in files, never here.

    The limits are those of one run, the defaults those of `auditors.session.Limits`.
    """

    url: str
    tenant: str | None = None
    """Sent as `X-Scope-OrgID`."""

    loki: str | None = None
    """The URL of the Loki beside it; its credentials are those of `OBSAUDIT_<SERVER>_LOKI_…`."""

    alertmanager: str | None = None
    """The URL of the Alertmanager beside it; its credentials are those of `OBSAUDIT_<SERVER>_ALERTMANAGER_…`."""

    max_requests: int | None = None
    max_seconds: float | None = None
    max_samples: int | None = None
    max_query_samples: int | None = None
    rate: float | None = None
    """Requests a second."""

    timeout: float | None = None
    """Seconds for one answer."""

    concurrency: int | None = None
    """Requests that are being answered at a time."""


class Config(Record):
    """All settings of a run. `root` is the folder that its paths are relative to."""

    root: Path
    file: Path | None = None
    extends: str | None = None
    """A preset whose options hold where the file says nothing else."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
    min_confidence: Confidence = Confidence.LOW
    """Findings of a lower confidence are counted, and neither shown nor fixed; they never fail the run."""

    metric_prefixes: tuple[str, ...] = ()
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By severity, the ways of notifying that it must reach: `critical = ["pagerduty|opsgenie", "slack"]`."""

    method_labels: tuple[str, ...] = ()
    """Labels that may hold the method of an endpoint."""

    route_labels: tuple[str, ...] = ()
    """Labels that may hold the route of an endpoint."""

    operation_labels: tuple[str, ...] = ()
    """Labels that may hold the operation of an endpoint, as in `[createEvent]`."""

    vendored: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str = BASELINE_NAME
    max_file_size: int = 10_000_000
    """Bytes above which a file is skipped, and said to be."""

    source: SourceSettings = field(default_factory=SourceSettings)
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    servers: Mapping[str, Server] = field(default_factory=dict)
    per_path: tuple[PerPath, ...] = ()
    suppress: tuple[Accepted, ...] = ()
    suppress_lines: tuple[int, ...] = ()
    """The lines of the file on which these begin."""

    def configured(self, rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
        """The rules that are selected, with their options; an option named like a setting of the run gets its value."""
        selected = (rule for rule in rules if self.selects(rule))
        return tuple(rule.with_options(options) if (options := self.options_of(rule)) else rule for rule in selected)

    def with_options(self, preset: Mapping[str, Mapping[str, object]]) -> Config:
        """This configuration with more options, by rule, where it says nothing else."""
        rules = dict(self.rules)
        for name, options in preset.items():
            given = rules.get(name, RuleSettings())
            open_ = {key: value for key, value in options.items() if key not in _OF_THE_RUN or not getattr(self, key)}
            rules[name] = replace(given, options={**open_, **given.options})
        return replace(self, rules=rules)

    def selects(self, rule: AnyRule) -> bool:
        """Whether a rule runs: an opinion only when its own id is selected, `meta/` unless it is ignored."""
        folder = rule.id.partition("/")[0]
        if rule.id in self.ignore or (folder in self.ignore and rule.id not in self.select):
            return False
        if rule.id in self.select or "all" in self.select or folder == "meta":
            return True
        return not rule.opinionated and (not self.select or folder in self.select)

    def doubts(self, finding: Finding) -> bool:
        """Whether the confidence of a finding is too low to show it."""
        return self.min_confidence is Confidence.HIGH and finding.confidence is Confidence.LOW

    def severity_of(self, rule: str) -> Severity | None:
        """The severity that the configuration gives a rule, if any."""
        settings = self.rules.get(rule)
        return settings.severity if settings else None

    def options_of(self, rule: AnyRule) -> dict[str, Any]:
        """The options that the configuration gives a rule, those included that are settings of the run."""
        shared = _OF_THE_RUN.intersection(rule.option_names)
        options: dict[str, Any] = {name: value for name in shared if (value := getattr(self, name))}
        settings = self.rules.get(rule.id)
        return options | dict(settings.options) if settings else options


def find(start: Path) -> Path | None:
    """The nearest configuration file, from `start` upwards."""
    for folder in (start, *start.parents):
        own = folder / FILE_NAME
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and _OWN_TABLE.search(_bytes(project)):
            return project
    return None


def load(path: Path | None, rules: Sequence[AnyRule], cwd: Path) -> Config:
    """The configuration in a file; the defaults without one. Raises `ConfigError`."""
    if path is None:
        return Config(root=cwd)
    from .configfile import read

    return read(path, rules)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {reason(error)}", str(path)) from None


class Scopes:
    """Answers, for each source, what the configuration says of its path."""

    def __init__(self, config: Config, cwd: Path) -> None:
        self._root, self._cwd = config.root, cwd
        self._vendored = matcher(config.vendored)
        self._per_path = [(matcher(entry.paths), frozenset(entry.ignore)) for entry in config.per_path]
        self._ignored: dict[str, frozenset[str]] = {}
        self._keys: dict[str, str] = {}

    def key(self, source: str) -> str:
        """A source relative to the configuration's folder: the same wherever the run was started."""
        if source not in self._keys:
            absolute = Path(os.path.realpath(self._cwd / source))
            inside = absolute.is_relative_to(self._root)
            self._keys[source] = absolute.relative_to(self._root).as_posix() if inside else source
        return self._keys[source]

    def is_vendored(self, source: str) -> bool:
        """Whether the team does not own the file."""
        return self._vendored(self.key(source))

    def ignores(self, rule: str, source: str) -> bool:
        """Whether a rule is left out for that file."""
        if not self._per_path:
            return False
        if source not in self._ignored:
            key = self.key(source)
            names = (names for matches, names in self._per_path if matches(key))
            self._ignored[source] = frozenset(name for group in names for name in group)
        ignored = self._ignored[source]
        return rule in ignored or rule.partition("/")[0] in ignored
