"""
The configuration as it is written: a table of TOML becomes a `Config`, or an error that says where.

Every key, value and name is checked against what exists: a mistake is told with its line and with
what was probably meant, and is never a setting that silently does nothing.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .config import Accepted, Config, ConfigError, PerPath, RuleSettings, Server
from .deferred import AnyRule
from .discover import is_pattern, reason
from .documents.source import SourceSettings
from .finding import Severity
from .record import Record, fields, names_of

Keys = tuple[str, ...]
"""Where a value stands below `[tool.obsaudit]`, as in `("rules", "alerts/missing-for", "severity")`."""

_TABLE = ("tool", "obsaudit")
_LISTS_OF_PATHS = ("vendored", "exclude", "paths")


def read(path: Path, rules: Sequence[AnyRule]) -> Config:
    """The configuration in a file. Raises `ConfigError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        data = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot be read: {reason(error)}", str(path)) from None
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8", str(path), error.object.count(b"\n", 0, error.start) + 1) from None
    except tomllib.TOMLDecodeError as error:
        message, line = re.sub(r" \(at .*\)$", "", str(error)), re.search(r"\(at line (\d+), column \d+\)", str(error))
        raise ConfigError(message, str(path), int(line[1]) if line else text.count("\n") + 1) from None
    except RecursionError:
        raise ConfigError("nested too deeply", str(path)) from None
    return _Reader(str(path), text, {rule.id: rule for rule in rules}).config(data, path)


class _Reader(Record):
    """Turns the tables of one file into values, or says where they are wrong."""

    path: str
    text: str
    rules: Mapping[str, AnyRule]

    def config(self, data: dict[str, Any], path: Path) -> Config:
        table = self._mapping(self._own(data, path), ())
        tables: dict[str, Callable[[Any], Any]] = {
            "rules": self._rules,
            "servers": self._servers,
            "per_path": self._per_path,
            "suppress": self._suppress,
            "source": lambda given: self._record(SourceSettings, given, ("source",)),
        }
        known = {own.name for own in fields(Config)} - {"root", "file", "suppress_lines"}
        named = self._named(table, known, (), "the configuration")
        plain = self._typed(Config, {name: value for name, value in named.items() if name not in tables}, ())
        self._check_selectors(plain.get("select", ()), ("select",), {"all"})
        self._check_selectors(plain.get("ignore", ()), ("ignore",), set())
        if plain.get("max_file_size", 1) < 1:
            raise self._error("`max-file-size` must be positive", ("max-file-size",))
        nested = {name: tables[name](value) for name, value in named.items() if name in tables}
        lines = tuple(self._lines_of("suppress", len(nested.get("suppress", ()))))
        return Config(root=path.parent.resolve(), file=path, suppress_lines=lines, **plain, **nested)

    def _own(self, data: dict[str, Any], path: Path) -> Any:
        """The tables that are obsaudit's: all of its own file, or `[tool.obsaudit]` in either."""
        tool = data.get("tool", {})
        if path.name != "pyproject.toml" and "tool" not in data:
            return data
        others = [key for key in data if key != "tool"]
        if path.name != "pyproject.toml" and others:
            message = f"`{others[0]}` stands beside `[tool.obsaudit]` and would be passed over"
            raise self._error(message, (others[0],), help="put it below `[tool.obsaudit]`")
        return tool.get("obsaudit", {}) if isinstance(tool, dict) else {}

    def _rules(self, table: Any) -> dict[str, RuleSettings]:
        settings = {}
        for name, given in self._mapping(table, ("rules",)).items():
            keys, rule = ("rules", name), self.rules.get(name)
            if rule is None:
                raise self._error(f"there is no rule `{name}`", keys, name, _nearest(name, self.rules))
            options = self._mapping(given, keys)
            severity = (
                self._value(Severity, options["severity"], (*keys, "severity")) if "severity" in options else None
            )
            own = {key: value for key, value in options.items() if key != "severity"}
            named = self._named(own, set(rule.option_names), keys, f"rule `{name}`")
            typed = self._typed(type(rule.load()), named, keys) if named else {}
            try:
                rule.with_options(typed).load()
            except ValueError as error:
                raise self._error(f"rule `{name}`: {error}", keys) from None
            settings[name] = RuleSettings(severity, typed)
        return settings

    def _servers(self, table: Any) -> dict[str, Server]:
        servers = self._mapping(table, ("servers",))
        return {name: self._record(Server, given, ("servers", name)) for name, given in servers.items()}

    def _per_path(self, tables: Any) -> tuple[PerPath, ...]:
        if not isinstance(tables, list):
            message = "`per-path` is a list of tables"
            raise self._error(message, ("per-path",), help="write `[[tool.obsaudit.per-path]]`")
        entries = tuple(self._record(PerPath, table, ("per-path",)) for table in tables)
        for entry in entries:
            self._check_selectors(entry.ignore, ("per-path", "ignore"), set())
        return entries

    def _suppress(self, tables: Any) -> tuple[Accepted, ...]:
        if not isinstance(tables, list):
            raise self._error(
                "`suppress` is a list of tables", ("suppress",), help="write `[[tool.obsaudit.suppress]]`"
            )
        entries = tuple(self._record(Accepted, table, ("suppress",)) for table in tables)
        for entry in entries:
            if not entry.reason.strip() or not entry.rules:
                lacking = "a reason" if entry.rules else "rules"
                raise self._error(f"an entry of `suppress` lacks {lacking}", ("suppress",), entry.source)
            if entry.pointer and not entry.pointer.startswith("/"):
                message = f"`{entry.pointer}` is no JSON pointer"
                raise self._error(message, ("suppress", "pointer"), entry.pointer, "it begins with `/`")
        return entries

    def _lines_of(self, key: str, count: int) -> Iterator[int]:
        """The lines on which the tables of a list begin; that of the list itself, where it stands inline."""
        spots = [number for number, path in _entries(self.text.split("\n")) if path in ((key,), (*_TABLE, key))]
        for index in range(count):
            yield spots[min(index, len(spots) - 1)] if spots else 1

    def _check_selectors(self, names: Iterable[str], keys: Keys, others: set[str]) -> None:
        known = {*self.rules, *(rule.partition("/")[0] for rule in self.rules), *others}
        for name in names:
            if name not in known:
                message = f"`{keys[-1]}` names `{name}`, which is neither a rule nor a folder of rules"
                raise self._error(message, keys, name, _nearest(name, known))

    def _record(self, kind: Any, table: Any, keys: Keys) -> Any:
        known = set(names_of(kind))
        values = self._typed(kind, self._named(self._mapping(table, keys), known, keys, f"`{'.'.join(keys)}`"), keys)
        for own in fields(kind):
            if own.name not in values and own.required:
                raise self._error(f"`{'.'.join(keys)}` lacks `{_spelt(own.name)}`", keys)
        return kind(**values)

    def _named(self, table: Mapping[str, Any], known: set[str], keys: Keys, where: str) -> dict[str, Any]:
        """The table with its keys as names of fields; an unknown key is an error."""
        named = {}
        for key, value in table.items():
            name = key.replace("-", "_")
            if name not in known or "_" in key:
                near = _nearest(key.replace("_", "-"), map(_spelt, known))
                raise self._error(f"{where} has no key `{key}`", (*keys, key), key, near)
            named[name] = value
        return named

    def _typed(self, kind: Any, values: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
        hints = get_type_hints(kind)
        typed = {name: self._value(hints[name], value, (*keys, _spelt(name))) for name, value in values.items()}
        for name in _LISTS_OF_PATHS:
            for pattern in self._patterns(kind, name, typed):
                if not is_pattern(pattern):
                    raise self._error(f"`{pattern}` is no pattern for paths", (*keys, name), pattern)
        for severity, ways in (typed.get("channels") or {}).items():
            self._check_ways(ways, (*keys, "channels", severity))
        self._check_ways(typed.get("fallback_channels", ()), (*keys, "fallback-channels"))
        return typed

    def _check_ways(self, ways: Iterable[str], keys: Keys) -> None:
        """Each is a kind of receiver, or several between bars: one that there is not could never be reached."""
        for way in (one for given in ways for one in given.split("|")):
            from .documents.alertmanager_schema import KINDS  # few configurations have a policy

            if way not in KINDS:
                near = _nearest(way, KINDS) or f"one of {', '.join(sorted(KINDS))}"
                raise self._error(f"`{way}` is no way of notifying", keys, way, near)

    def _patterns(self, kind: Any, name: str, typed: Mapping[str, Any]) -> Iterable[str]:
        if kind is Accepted:
            return (typed["source"],) if name in typed and name == "source" else ()
        return typed.get(name, ()) if kind in (Config, PerPath) else ()

    def _value(self, hint: Any, value: Any, keys: Keys) -> Any:
        """A value of TOML as the type of its field."""
        if get_origin(hint) in (Union, UnionType):
            hint = next(one for one in get_args(hint) if one is not NoneType)
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            if value not in list(hint):
                near = _nearest(str(value), hint) or f"one of {', '.join(hint)}"
                raise self._error(f"`{value}` is no {hint.__name__.lower()}", keys, str(value), near)
            return hint(value)
        origin = get_origin(hint)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            inner = get_args(hint)[1]
            return {key: self._value(inner, one, (*keys, key)) for key, one in self._mapping(value, keys).items()}
        shape = _SHAPES.get(get_args(hint)[0] if origin else hint)
        if shape is None:
            return value
        if origin in (tuple, frozenset):
            if not isinstance(value, list) or not all(map(shape.fits, value)):
                raise self._error(f"`{keys[-1]}` must be a list of {shape.many}", keys)
            return origin(value)
        if not shape.fits(value):
            raise self._error(f"`{keys[-1]}` must be {shape.one}", keys)
        return value

    def _mapping(self, value: Any, keys: Keys) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(f"`{'.'.join(keys or _TABLE)}` must be a table", keys)
        return value

    def _error(self, message: str, keys: Keys, needle: str = "", help: str | None = None) -> ConfigError:
        return ConfigError(message, self.path, _line(self.text.split("\n"), keys, needle), help)


class _Shape(Record):
    """What a plain value must be, in words and as a test."""

    one: str
    many: str
    fits: Callable[[object], bool]


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_SHAPES: dict[Any, _Shape] = {
    str: _Shape("a string", "strings", lambda value: isinstance(value, str)),
    bool: _Shape("true or false", "true or false", lambda value: isinstance(value, bool)),
    int: _Shape("a whole number", "whole numbers", _is_whole),
    date: _Shape("a date", "dates", lambda value: isinstance(value, date) and not isinstance(value, datetime)),
    float: _Shape("a number", "numbers", lambda value: _is_whole(value) or isinstance(value, float)),
}

_PART = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, Keys]]:
    """The lines that begin a table or give a key its value, with the whole path of each."""
    table: Keys = ()
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key[1]))


def _parts(dotted: str) -> Keys:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _line(lines: Sequence[str], keys: Keys, needle: str) -> int | None:
    """
    The line of a key, and of the needle in its value; that of the nearest table around it where it stands inline.

    tomllib tells no places.
    """
    entries = list(_entries(lines))
    ends = [number for number, _ in entries[1:]] + [len(lines) + 1]
    for depth in range(len(keys), -1, -1):
        spots = [
            (number, end)
            for (number, path), end in zip(entries, ends, strict=True)
            if path in (keys[:depth], (*_TABLE, *keys[:depth]))
        ]
        for number, end in spots:
            for line in range(number, end):
                if needle and needle in lines[line - 1]:
                    return line
        if spots:
            return spots[0][0]
    return next((number for number, line in enumerate(lines, 1) if needle and needle in line), None)


def _spelt(name: str) -> str:
    return name.replace("_", "-")


def _nearest(name: str, known: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{matches[0]}`?" if matches else None
