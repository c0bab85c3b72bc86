"""
Configuration: `obsaudit.toml`, or `[tool.obsaudit]` in `pyproject.toml`; the nearest upwards, no cascade.

Every key is checked against what exists: a misspelt key or option is an error with a suggestion,
never a setting that silently does nothing.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from .discover import matcher
from .documents.source import SourceSettings
from .finding import Severity
from .rule import Rule

FILE_NAME = "obsaudit.toml"
BASELINE_NAME = "obsaudit-baseline.txt"


class ConfigError(Exception):
    """A configuration that cannot be used: what is wrong, where, and what was probably meant."""

    # No frozen dataclass: whoever passes an exception on sets its `__traceback__`.
    def __init__(self, message: str, path: str | None = None, line: int | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.path, self.line, self.help = message, path, line, help

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return f"{place}{self.message}" + (f"\n  help: {self.help}" if self.help else "")


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What the configuration says of one rule."""

    severity: Severity | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PerPath:
    """Rules that are left out below some paths."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """A live server by name. Its credentials stand in the environment or in files, never here."""

    url: str


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run. `root` is the folder that its paths are relative to."""

    root: Path
    file: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
    metric_prefixes: tuple[str, ...] = ()
    vendored: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str = BASELINE_NAME
    max_file_size: int = 10_000_000
    """Bytes above which a file is skipped, and said to be."""

    source: SourceSettings = field(default_factory=SourceSettings)
    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    servers: Mapping[str, Server] = field(default_factory=dict)
    per_path: tuple[PerPath, ...] = ()

    def configured(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """The rules that are selected, with their options; an option named like a setting of the run gets its value."""
        return tuple(self._with_options(rule) for rule in rules if self.selects(rule))

    def selects(self, rule: Rule) -> bool:
        """Whether a rule runs: an opinion only when its own id is selected, `meta/` unless it is ignored."""
        folder = rule.id.partition("/")[0]
        if rule.id in self.ignore or (folder in self.ignore and rule.id not in self.select):
            return False
        if rule.id in self.select or "all" in self.select or folder == "meta":
            return True
        return not rule.opinionated and (not self.select or folder in self.select)

    def severity_of(self, rule: str) -> Severity | None:
        """The severity that the configuration gives a rule, if any."""
        settings = self.rules.get(rule)
        return settings.severity if settings else None

    def _with_options(self, rule: Rule) -> Rule:
        options: dict[str, Any] = {}
        if any(own.name == "metric_prefixes" for own in fields(rule)):
            options["metric_prefixes"] = self.metric_prefixes
        settings = self.rules.get(rule.id)
        options |= settings.options if settings else {}
        return replace(rule, **options) if options else rule


def find(start: Path) -> Path | None:
    """The nearest configuration file, from `start` upwards."""
    for folder in (start, *start.parents):
        own = folder / FILE_NAME
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and b"[tool.obsaudit" in project.read_bytes():
            return project
    return None


def load(path: Path | None, rules: Sequence[Rule], cwd: Path) -> Config:
    """The configuration in a file; the defaults without one. Raises `ConfigError`."""
    if path is None:
        return Config(root=cwd)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data: Any = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", str(path)) from None
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8", str(path)) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigError(message, str(path), int(place[1]) if place else None) from None
    if path.name == "pyproject.toml" or "tool" in data:
        data = data.get("tool", {}).get("obsaudit", {})
    return _Reader(str(path), text, {rule.id: rule for rule in rules}).config(data, path)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the tables of one file into a `Config`, or says where they are wrong."""

    path: str
    text: str
    rules: Mapping[str, Rule]

    def config(self, data: Any, path: Path) -> Config:
        known = {own.name for own in fields(Config)} - {"root", "file"}
        values = self._table(data, known, "the configuration")
        for key in ("select", "ignore"):
            self._selectors(values.get(key, ()), key)
        for key, reader in (
            ("rules", self._rule_settings),
            ("servers", self._servers),
            ("per_path", self._per_path),
            ("source", lambda table: self._dataclass(SourceSettings, table, "source")),
        ):
            if key in values:
                values[key] = reader(values[key])
        config: Config = self._typed(Config, values, {"root": path.parent.resolve(), "file": path})
        return config

    def _rule_settings(self, table: Any) -> dict[str, RuleSettings]:
        settings = {}
        for name, given in self._mapping(table, "rules").items():
            rule = self.rules.get(name)
            if rule is None:
                raise self._error(f"there is no rule `{name}`", name, _nearest(name, self.rules))
            options = dict(self._mapping(given, f'rules."{name}"'))
            severity = options.pop("severity", None)
            known = {own.name for own in fields(rule)}
            named = self._table(options, known, f"rule `{name}`")
            checked = self._typed_values(type(rule), named)
            settings[name] = RuleSettings(self._severity(severity) if severity is not None else None, checked)
        return settings

    def _servers(self, table: Any) -> dict[str, Server]:
        return {
            name: self._dataclass(Server, given, f"servers.{name}")
            for name, given in self._mapping(table, "servers").items()
        }

    def _per_path(self, tables: Any) -> tuple[PerPath, ...]:
        if not isinstance(tables, list):
            raise self._error("`per-path` is a list of tables: write `[[tool.obsaudit.per-path]]`", "per-path")
        entries = tuple(self._dataclass(PerPath, table, "per-path") for table in tables)
        for entry in entries:
            self._selectors(entry.ignore, "ignore")
        return entries

    def _selectors(self, names: Any, key: str) -> None:
        folders = {rule.partition("/")[0] for rule in self.rules} | {"all"}
        for name in names if isinstance(names, list | tuple) else ():
            if name not in self.rules and name not in folders:
                message = f"`{key}` names `{name}`, which is neither a rule nor a folder of rules"
                raise self._error(message, str(name), _nearest(str(name), {*self.rules, *folders}))

    def _dataclass(self, kind: Any, table: Any, where: str) -> Any:
        known = {own.name for own in fields(kind)}
        return self._typed(kind, self._table(self._mapping(table, where), known, f"`{where}`"), {})

    def _table(self, table: Any, known: set[str], where: str) -> dict[str, Any]:
        """The table with its keys as field names; an unknown key is an error."""
        named = {}
        for key, value in self._mapping(table, where).items():
            name = key.replace("-", "_")
            if name not in known or "_" in key:
                spellings = {field_name.replace("_", "-") for field_name in known}
                raise self._error(f"{where} has no key `{key}`", key, _nearest(key.replace("_", "-"), spellings))
            named[name] = value
        return named

    def _typed(self, kind: Any, values: dict[str, Any], fixed: dict[str, Any]) -> Any:
        try:
            return kind(**fixed, **self._typed_values(kind, values))
        except TypeError as error:
            missing = re.findall(r"'(\w+)'", str(error))
            names = ", ".join(f"`{name.replace('_', '-')}`" for name in missing)
            raise ConfigError(f"{names} must be given", self.path) from None

    def _typed_values(self, kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        hints = get_type_hints(kind)
        return {name: self._value(hints[name], value, name) for name, value in values.items()}

    def _value(self, hint: Any, value: Any, name: str) -> Any:
        """A TOML value as the type of its field."""
        if hint is Severity:
            return self._severity(value)
        for match, expected in _SHAPES:
            if str(hint) in match and not expected[1](value):
                raise self._error(f"`{name.replace('_', '-')}` must be {expected[0]}", name.replace("_", "-"))
        return _frozen(value)

    def _severity(self, value: Any) -> Severity:
        try:
            return Severity(value)
        except ValueError:
            raise self._error(f"`{value}` is no severity", str(value), "one of error, warning, info") from None

    def _mapping(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(f"`{where}` must be a table", where)
        return value

    def _error(self, message: str, needle: str, help: str | None = None) -> ConfigError:
        # tomllib tells no places: the first line that holds the culprit is the place a person would look at.
        lines = self.text.splitlines()
        line = next((number for number, text in enumerate(lines, 1) if needle in text), None)
        return ConfigError(message, self.path, line, help)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_SHAPES: tuple[tuple[frozenset[str], tuple[str, Any]], ...] = (
    (frozenset({"tuple[str, ...]", "frozenset[str]"}), ("a list of strings", _is_strings)),
    (frozenset({"<class 'str'>", "str | None"}), ("a string", lambda value: isinstance(value, str))),
    (frozenset({"<class 'bool'>"}), ("true or false", lambda value: isinstance(value, bool))),
    (frozenset({"<class 'int'>", "<class 'float'>", "int | None", "float | None"}), ("a number", _is_number)),
)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _nearest(name: str, known: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{matches[0]}`?" if matches else None


class Scopes:
    """Answers, for each source, what the configuration says of its path."""

    def __init__(self, config: Config, cwd: Path) -> None:
        self._root, self._cwd = config.root, cwd
        self._vendored = matcher(config.vendored)
        self._per_path = [(matcher(entry.paths), frozenset(entry.ignore)) for entry in config.per_path]
        self._ignored: dict[str, frozenset[str]] = {}

    def key(self, source: str) -> str:
        """A source relative to the configuration's folder: the same wherever the run was started."""
        absolute = (self._cwd / source).resolve()
        return absolute.relative_to(self._root).as_posix() if absolute.is_relative_to(self._root) else source

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
