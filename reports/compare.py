"""What changed since an earlier report: findings that are new or gone, and figures that moved."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..lint import Finding, Report, Table
from ..lint.record import Record
from .charts import number

_Key = tuple[str, str]
# What a redacted snapshot has for the value of a label, keyed anew each time.
_HASH = re.compile(r"\bh[0-9a-f]{12}\b")
# A figure that moved by less is the same.
_LEAST = 0.05
_MOST = 20


class CompareError(Exception):
    """A file that is no report of ours."""


class Previous(Record):
    """An earlier report, as its JSON tells it."""

    when: str
    findings: Mapping[_Key, str]
    """By rule and subject: live messages hold figures, and these change."""

    tables: Mapping[str, Mapping[str, Mapping[str, str]]]
    """By title, name of the row, and column."""


def load(path: Path) -> Previous:
    """The report in a JSON file; raises `CompareError`."""
    try:
        document = json.loads(path.read_text("utf-8"))
        return _previous(document)
    except OSError as error:
        raise CompareError(f"`{path}` cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError, KeyError, TypeError, IndexError):
        raise CompareError(f"`{path}` is no JSON report of version 1: write one with `--format json={path}`") from None


def _previous(document: Any) -> Previous:
    if document["version"] != 1:
        raise ValueError(document["version"])
    head = {fact["name"]: fact["value"] for fact in document.get("head", [])}
    when = head.get("asked") or head.get("snapshot")
    findings = {(one["rule"], one["subject"] or one["source"]): one["message"] for one in document["findings"]}
    tables = {
        table["title"]: {
            _name(row, table["numeric"]): dict(zip(table["columns"], row, strict=True)) for row in table["rows"]
        }
        for table in document.get("tables", [])
    }
    return Previous(str(when) if when else "the last report", findings, tables)


def changes(previous: Previous, report: Report) -> tuple[Table, ...]:
    """The tables that say so, to be shown before all others."""
    now = {_key(finding): finding.message for finding in report.shown}
    hashed = {rule for rule, subject in (*now, *previous.findings) if _HASH.search(subject)}
    # What could not be checked, or has another name in each report, is not known to be mended, or to be new.
    unknown = hashed | {skip.what for skip in report.skipped}
    rows = [
        *(("unknown" if key[0] in hashed else "new", *key, now[key]) for key in now if key not in previous.findings),
        *(
            ("unknown" if key[0] in unknown else "gone", *key, message)
            for key, message in previous.findings.items()
            if key not in now
        ),
    ]
    counts = Counter(row[0] for row in rows)
    note = f"{counts['new']} new, {counts['gone']} no longer found, {len(now.keys() & previous.findings)} as before"
    if counts["unknown"]:
        note += f", {counts['unknown']} unknown: not checked, or of a redacted snapshot"
    moved = sorted(_moved(previous, report), key=lambda one: -one[0])
    return (
        Table(f"Findings since {previous.when}", ("", "rule", "subject", "message"), tuple(rows), note=note),
        *(
            [
                Table(
                    title=f"Figures since {previous.when}",
                    columns=("table", "row", "figure", "before", "now", "change"),
                    rows=tuple(row for _, row in moved[:_MOST]),
                    numeric=frozenset({3, 4, 5}),
                    note=f"those that moved by {_LEAST:.0%} or more, the largest change first",
                )
            ]
            if moved
            else []
        ),
    )


def _key(finding: Finding) -> _Key:
    return finding.rule, finding.at.subject or finding.at.source


def _moved(previous: Previous, report: Report) -> Iterator[tuple[float, tuple[str, ...]]]:
    for table in report.tables:
        rows = previous.tables.get(table.title, {})
        for row in table.rows:
            name = _name(row, table.numeric)
            before = rows.get(name, {})
            for index in sorted(table.numeric):
                column = table.columns[index]
                old, new = number(before.get(column, "")), number(row[index])
                if old is None or new is None or old == new or _unit(before[column]) != _unit(row[index]):
                    continue
                change = (new - old) / abs(old) if old else float("inf")
                if abs(change) >= _LEAST:
                    spelt = f"{change:+.0%}" if old else "new"
                    yield abs(change), (table.title, name, column, before[column], row[index], spelt)


def _name(row: Sequence[str], numeric: Collection[int]) -> str:
    """What tells a row from the others: the cells before its first figure."""
    return " ".join(row[: min(numeric, default=len(row))])


def _unit(cell: str) -> str:
    return cell.lstrip("-0123456789,.")
