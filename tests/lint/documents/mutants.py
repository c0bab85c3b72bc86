"""Files made worse in ways that editors, tools and people do, and what of an answer lies outside its file."""

import copy
import json
from collections.abc import Mapping

import yaml

from obsaudit.lint.record import Record, names_of
from obsaudit.lint.region import Region, Text

LONG = "long " * 400
VALUES = (
    None, 0, -1, 1.5, 10**30, True, False, "", "x", LONG,
    [], [None], ["a", 1], [[["x"]]], {}, {"a": 1}, {"a": {"b": []}},
)  # fmt: skip


def of_bytes(data, chance):
    """Cut, doubled, deleted, turned and moved lines; other ends of lines, other encodings, bytes that are no text."""
    lines = data.split(b"\n")
    line, at = chance.randrange(len(lines)), chance.randrange(len(data) + 1)
    yield "cut", data[:at]
    yield "beheaded", data[at:]
    yield "line doubled", b"\n".join(lines[: line + 1] + lines[line:])
    yield "line deleted", b"\n".join(lines[:line] + lines[line + 1 :])
    yield "lines turned", b"\n".join(lines[:line][::-1] + lines[line:])
    yield "rest indented", b"\n".join(lines[:line] + [b"  " + one for one in lines[line:]])
    yield "line behind a tab", b"\n".join([*lines[:line], b"\t" + lines[line], *lines[line + 1 :]])
    yield "NUL", data[:at] + b"\0" + data[at:]
    yield "late NUL", data + b"\n" * 9000 + b"\0"
    yield "BOM", b"\xef\xbb\xbf" + data
    yield "BOM within", data[:at] + b"\xef\xbb\xbf" + data[at:]
    yield "CRLF", data.replace(b"\n", b"\r\n")
    yield "CR", data.replace(b"\n", b"\r")
    yield "latin-1", data[:at] + "é".encode("latin-1") + data[at:]
    yield "UTF-16", data.decode("utf-8", "replace").encode("utf-16")


def of_values(data, ending, chance, count):
    """YAML and JSON with values of other types, and other depths, at random paths."""
    if ending not in (".yml", ".yaml", ".rules", ".json"):
        return
    try:
        whole = json.loads(data) if ending == ".json" else list(yaml.load_all(data, yaml.CSafeLoader))
    except (ValueError, yaml.YAMLError):
        return  # a fixture may be broken on purpose
    paths = list(_paths(whole))
    for _ in range(count if paths else 0):
        mutant = copy.deepcopy(whole)
        for _ in range(chance.choice([1, 1, 3])):
            _change(mutant, chance.choice(paths), chance)
        if ending == ".json":
            yield "values", json.dumps(mutant, indent=1).encode()
        else:
            yield "values", yaml.dump_all(mutant, Dumper=yaml.CSafeDumper, sort_keys=False).encode()


def _paths(value, above=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*above, key)
        yield from _paths(inner, (*above, key))


def _change(whole, path, chance):
    holder = whole
    try:
        for step in path[:-1]:
            holder = holder[step]
        old = holder[path[-1]]
    except (KeyError, IndexError, TypeError):
        return  # an earlier change took it away
    match chance.choice(["value"] * 4 + ["nest", "delete", "key"]), holder:
        case "value", dict() | list():
            holder[path[-1]] = copy.deepcopy(chance.choice(VALUES))
        case "nest", dict() | list():
            holder[path[-1]] = chance.choice([[old], {"x": old}, [old, old]])
        case "delete", dict() | list():
            holder.pop(path[-1])
        case "key", dict():
            holder[chance.choice([None, 1, True, "x", 1.5, LONG])] = holder.pop(path[-1])


def outside(value, text):
    """The regions, of all values that a value is made of, that leave the text."""
    lines = text.split("\n")

    def leaves(region):
        return region.end < region.start or any(
            not (1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1)
            for place in (region.start, region.end)
        )

    return [region for region in _regions(value, {}) if leaves(region)]


def _regions(value, seen):
    if isinstance(value, Region):
        yield value
    elif isinstance(value, Text):
        yield value.region()
    elif id(value) not in seen:
        # Kept with its id, which is only unique while it lives.
        seen[id(value)] = value
        for part in _parts(value):
            yield from _regions(part, seen)


def _parts(value):
    if isinstance(value, Record):
        return [getattr(value, name) for name in names_of(value)]
    if isinstance(value, Mapping):
        return [part for pair in value.items() for part in pair]
    return list(value) if isinstance(value, (tuple, list, set, frozenset)) else []
