"""How long Loki and Tempo are told to keep logs and traces."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import RetentionSetting, Store
from ..re2 import Refusal, regex
from ..region import Text
from ..telemetry.duration import seconds
from .steps import at, elements
from .tree import Tree

_DAY = 86400.0
# grafana.com/docs/tempo: what it does when nobody says anything.
_TEMPO_DEFAULT = 336 * 3600.0
_TEMPO_BLOCKS = ("compactor", "backend_worker", "backend_scheduler")
_TEMPO_UNUSED = ("max_time_per_tenant", "compaction_cycle")

_GO_DURATION = re.compile(
    r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?)(?:ns|us|µs|ms|s|m|h))*|0"
)
_GO_PART = re.compile(r"([\d.]+)(ns|us|µs|ms|s|m|h)")
_GO_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}

# How the levels of the policy are spelt as label values.
_SPELLINGS = {
    "debug": ("debug", "DEBUG", "dbg"),
    "info": ("info", "INFO", "information"),
    "warn": ("warn", "warning", "WARN", "WARNING"),
    "error": ("error", "ERROR", "err", "critical", "fatal"),
}
_LEVEL_LABELS = frozenset({"level", "detected_level", "severity", "severity_text", "log_level", "loglevel", "lvl"})
_MATCHER = re.compile(r"""\s*([A-Za-z_]\w*)\s*(=~|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)\s*,?\s*""")


def holds(tree: Tree) -> bool:
    """Whether this document configures a Loki or a Tempo."""
    return _is_loki(tree) or _is_tempo(tree)


def settings_in(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    """What a configuration of Loki or of Tempo says about retention."""
    if _is_loki(tree):
        yield from _loki(tree, source)
    elif _is_tempo(tree):
        yield from _tempo(tree, source)


def _is_loki(tree: Tree) -> bool:
    if tree.get("limits_config") is not None or at(tree, "compactor", "retention_enabled") is not None:
        return True
    return at(tree, "table_manager", "retention_period") is not None


def _is_tempo(tree: Tree) -> bool:
    if at(tree, "storage", "trace", "backend") is not None:
        return True
    return any(at(tree, block, "compaction", "block_retention") is not None for block in _TEMPO_BLOCKS)


def _loki(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    compactor, limits = tree.get("compactor"), tree.get("limits_config")
    enabled = compactor.text_at("retention_enabled") if compactor is not None else None
    deletes = enabled is not None and enabled.value.lower() in ("true", "yes", "on")
    # Of a fragment it is not known what the rest of the file says.
    whole = compactor is not None or tree.get("schema_config") is not None
    problem = None if deletes or not whole else "Loki deletes nothing without `retention_enabled` of the `compactor`"
    cure = "set `retention_enabled: true` below `compactor`"
    period = limits.text_at("retention_period") if limits is not None else None
    streams = list(elements(limits.get("retention_stream") if limits is not None else None))
    if period is not None:
        yield _setting(source, Store.LOKI, "limits_config.retention_period", period, problem, cure)
    for stream in streams:
        selector, length = stream.text_at("selector"), stream.text_at("period")
        if selector is None or length is None:
            continue
        yield _setting(
            source,
            Store.LOKI,
            "retention_stream",
            length,
            problem if period is None and stream.identity == streams[0].identity else None,
            cure,
            levels=_levels(selector.value),
            priority=_number(stream.text_at("priority")),
        )
    if enabled is not None and deletes and compactor is not None and compactor.get("delete_request_store") is None:
        yield from _without_store(tree, enabled, source)
    yield from _table_manager(tree, source, deletes=deletes)
    if period is None and not streams and tree.get("schema_config") is not None:
        yield _unset(source, Store.LOKI, "limits_config.retention_period", tree, "schema_config", math.inf)


def _without_store(tree: Tree, enabled: Text, source: str) -> Iterator[RetentionSetting]:
    # `delete_request_store` is asked for since Loki 3, the version that schema v13 belongs to.
    schemas = [config.text_at("schema") for config in elements(at(tree, "schema_config", "configs"))]
    if any(schema is not None and schema.value == "v13" for schema in schemas):
        yield _setting(
            source,
            Store.LOKI,
            "compactor.retention_enabled",
            enabled,
            "Loki 3 does not start with retention and without `delete_request_store`",
            "name the object store in `delete_request_store` below `compactor`",
            length=False,
        )


def _table_manager(tree: Tree, source: str, *, deletes: bool) -> Iterator[RetentionSetting]:
    manager = tree.get("table_manager")
    period = manager.text_at("retention_period") if manager is not None else None
    if manager is None or period is None or seconds(period.value) == 0:
        return
    enabled = manager.text_at("retention_deletes_enabled")
    if deletes:
        problem = "Loki's compactor deletes here, by `limits_config.retention_period`"
    elif enabled is None or enabled.value != "true":
        problem = "the table manager deletes nothing without `retention_deletes_enabled`"
    else:
        yield _setting(source, Store.LOKI, "table_manager.retention_period", period)
        return
    cure = "set `limits_config.retention_period`, and let the compactor delete"
    yield _setting(source, Store.LOKI, "table_manager.retention_period", period, problem, cure, length=False)


def _levels(selector: str) -> frozenset[str] | None:
    """The levels whose streams a selector takes whole; none of them where it looks at something else too."""
    inner = selector.strip().removeprefix("{").removesuffix("}")
    only = _MATCHER.fullmatch(inner)
    if only is None or only[1] not in _LEVEL_LABELS:
        return frozenset()
    op, value = only[2], only[3][1:-1]
    if op == "=":
        return frozenset(level for level, spellings in _SPELLINGS.items() if value in spellings)
    pattern = regex(value)
    if isinstance(pattern, Refusal) or pattern is None:
        return frozenset()
    return frozenset(level for level, names in _SPELLINGS.items() if any(pattern.matches(name) for name in names))


def _tempo(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    found = False
    for block in _TEMPO_BLOCKS:
        root = tree.get(block)
        for node in root.walk() if root is not None else ():
            period = node.text_at("block_retention")
            if period is not None:
                found = True
                yield _tempo_setting(source, f"{block}.compaction.block_retention", period)
            for key in _TEMPO_UNUSED if block != "compactor" else ():
                unused = node.text_at(key)
                if unused is not None:
                    why = f"Tempo accepts `{key}` here and does nothing with it"
                    yield _setting(source, Store.TEMPO, key, unused, why, "take it out", length=False)
    misplaced = tree.text_at("block_retention") or _at_trace(tree)
    if misplaced is not None:
        found = True
        cure = "put it below `compactor.compaction`"
        yield _setting(source, Store.TEMPO, "block_retention", misplaced, "Tempo has no such key here", cure)
    if not found and at(tree, "storage", "trace", "backend") is not None:
        yield _unset(source, Store.TEMPO, "compactor.compaction.block_retention", tree, "storage", _TEMPO_DEFAULT)


def _at_trace(tree: Tree) -> Text | None:
    trace = at(tree, "storage", "trace")
    return trace.text_at("block_retention") if trace is not None else None


def _tempo_setting(source: str, name: str, period: Text) -> RetentionSetting:
    """Tempo reads durations as Go does, which knows no days."""
    if _GO_DURATION.fullmatch(period.value):
        length = sum(float(number) * _GO_UNITS[unit] for number, unit in _GO_PART.findall(period.value))
        return _setting(source, Store.TEMPO, name, period, known=length)
    meant = seconds(period.value)
    if meant is None:
        return _setting(source, Store.TEMPO, name, period, length=False)
    why = f"Tempo does not start: its longest unit is the hour, and `{period.value}` no duration to it"
    return _setting(source, Store.TEMPO, name, period, why, f"write `{meant / 3600:g}h`", known=meant)


def _setting(
    source: str,
    store: Store,
    name: str,
    value: Text,
    problem: str | None = None,
    cure: str | None = None,
    *,
    length: bool = True,
    known: float | None = None,
    levels: frozenset[str] | None = None,
    priority: int = 0,
) -> RetentionSetting:
    kept = known if known is not None else seconds(value.value) if length else None
    if store is Store.LOKI and problem is None and kept is not None and 0 < kept < _DAY:
        problem, cure = "Loki does not start with a period below 24h", "write `24h` or more"
    region = value.region()
    return RetentionSetting(
        at=Location(source, store.value, region),
        lines=(region.start.line, region.end.line),
        store=store,
        name=name,
        value=value,
        # Zero switches deletion off.
        seconds=math.inf if kept == 0 else kept,
        levels=levels,
        priority=priority,
        problem=problem,
        cure=cure if problem is not None else None,
    )


def _unset(source: str, store: Store, name: str, tree: Tree, key: str, default: float) -> RetentionSetting:
    text = next(own.text for own, _ in tree.entries() if own.scalar == key)
    if text is None:
        raise AssertionError("a key that was looked up by its text has one")
    region = text.region()
    return RetentionSetting(
        at=Location(source, store.value, region),
        lines=(region.start.line, region.end.line),
        store=store,
        name=name,
        value=None,
        seconds=default,
    )


def _number(text: Text | None) -> int:
    return int(text.value) if text is not None and text.value.isdigit() else 0
