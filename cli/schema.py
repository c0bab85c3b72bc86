"""`obsaudit schema`: the configuration as JSON Schema (draft 2020-12), made from the code that reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import typer

from ..lint import Rule, Severity
from ..lint.config import Accepted, Config, PerPath, Server
from ..lint.documents.source import SourceSettings
from ..lint.record import FieldInfo, fields
from .page import notes

Schema = dict[str, Any]


def schema() -> None:
    """
    Print the JSON Schema of the configuration, for editors that complete and check it.

    Example: `obsaudit schema > obsaudit.schema.json`, and `#:schema ./obsaudit.schema.json` as the first line of
    `obsaudit.toml`.
    """
    from ..auditors import ALL as AUDITORS
    from ..rules import ALL as RULES

    typer.echo(json.dumps(of((*RULES, *AUDITORS)), indent=1, ensure_ascii=False))


def of(rules: Iterable[Rule]) -> Schema:
    """The schema of `obsaudit.toml`, with every rule and its options."""
    known = {rule.id: rule for rule in rules}
    folders = sorted({name.partition("/")[0] for name in known})
    selector = {"enum": [*folders, *sorted(known)]}
    own = _of_record(
        Config, leave_out={"root", "file", "rules", "servers", "per_path", "source", "suppress", "suppress_lines"}
    )
    own["properties"] |= {
        "select": {**own["properties"]["select"], "items": {"enum": ["all", *folders, *sorted(known)]}},
        "ignore": {**own["properties"]["ignore"], "items": selector},
        "source": _of_record(SourceSettings),
        "servers": {"type": "object", "additionalProperties": _of_record(Server)},
        "per-path": {"type": "array", "items": _per_path(selector)},
        "suppress": {"type": "array", "items": _of_record(Accepted)},
        "rules": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: _of_rule(rule) for name, rule in sorted(known.items())},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "obsaudit",
        "description": "The configuration of obsaudit: obsaudit.toml, or [tool.obsaudit] in pyproject.toml.",
        **own,
    }


def _per_path(selector: Schema) -> Schema:
    found = _of_record(PerPath)
    found["properties"]["ignore"] = {"type": "array", "items": selector}
    return found


def _of_rule(rule: Rule) -> Schema:
    found = _of_record(type(rule))
    severity = {"enum": [one.value for one in Severity], "default": rule.severity.value}
    return {
        **found,
        "description": rule.summary,
        "properties": {"severity": {**severity, "description": "Another severity."}, **found["properties"]},
    }


def _of_record(kind: Any, leave_out: Iterable[str] = ()) -> Schema:
    """A table: its keys, with their types, defaults and what the code says of them."""
    hints, told = get_type_hints(kind), notes(kind)
    own = [one for one in fields(kind) if one.name not in leave_out]
    required = [_spelt(one) for one in own if one.required]
    result: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {_spelt(one): _of_field(one, hints[one.name], told) for one in own},
    }
    return {**result, "required": required} if required else result


def _of_field(one: FieldInfo, hint: Any, told: Mapping[str, str]) -> Schema:
    found = _of_type(hint)
    default = _plain(one.default)
    if default is not None:
        found["default"] = default
    if note := told.get(one.name):
        found["description"] = note
    return found


def _of_type(hint: Any) -> Schema:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        some = [one for one in arguments if one is not NoneType]
        return _of_type(some[0]) if len(some) == 1 else {"anyOf": [_of_type(one) for one in some]}
    if origin in (tuple, frozenset):
        return {"type": "array", "items": _of_type(arguments[0])}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of_type(arguments[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [one.value for one in hint]}
    return dict(_TYPES.get(hint, {}))


_TYPES: Mapping[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
}


def _plain(value: Any) -> Any:
    """A default as JSON has it; None where there is none to show."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value if isinstance(value, bool | int | float | str) else None


def _spelt(one: FieldInfo) -> str:
    return one.name.replace("_", "-")
