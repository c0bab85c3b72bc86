"""
The baseline: findings that are accepted as debt, counted, and meant to shrink.

One sorted line an entry, a JSON array of rule, source, subject and count; no line numbers, so that
moving code changes nothing. A rule's findings about one subject of one file are accepted up to the
count; an entry that accepts more than there is, is stale.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from .atomic import write
from .config import ConfigError
from .discover import reason
from .finding import Finding
from .report import Coverage

_HEAD = "# obsaudit baseline: accepted findings, one line each: [rule, source, subject, count]\n"


class Key(NamedTuple):
    """What an entry accepts."""

    rule: str
    source: str
    subject: str


Baseline = Counter[Key]
"""How many findings each key accepts."""


def key_of(finding: Finding, relative: Callable[[str], str]) -> Key:
    """The entry a finding belongs to."""
    return Key(finding.rule, relative(finding.at.source), finding.at.subject or "")


def load(path: Path) -> Baseline:
    """The baseline in a file; empty without one. Raises `ConfigError` on a line that is no entry."""
    baseline: Baseline = Counter()
    if not path.exists():
        return baseline
    try:
        # Only a line feed ends a line: JSON strings hold the other separators of Unicode as they are.
        lines = path.read_bytes().decode("utf-8").split("\n")
    except OSError as error:
        raise ConfigError(f"the baseline cannot be read: {reason(error)}", str(path)) from None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError("the baseline is not UTF-8", str(path), number, "write it anew") from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match _json(line):
            case [str(rule), str(source), str() | None as subject, count]:
                if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                    raise ConfigError("an entry's count is a positive whole number", str(path), number)
                baseline[Key(rule, source, subject or "")] += count
            case _:
                raise ConfigError("is no baseline entry", str(path), number, "write it anew")
    return baseline


def gone(baseline: Baseline, root: Path) -> frozenset[str]:
    """The sources of entries whose files are no more."""
    return frozenset(source for source in {key.source for key in baseline} if not os.path.lexists(root / source))


def _json(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def accept(findings: Iterable[Finding], relative: Callable[[str], str]) -> Baseline:
    """The baseline that accepts exactly these findings."""
    return Counter(key_of(finding, relative) for finding in findings)


def rewrite(before: Baseline, found: Baseline, *, coverage: Coverage, accept_new: bool) -> Baseline:
    """
    The baseline after a run that found `found`.

    What the run did not judge (other files, rules that are off) keeps its entries; of the rest the
    baseline accepts what was found, and without `accept_new` never more than it accepted before.
    """
    judged = {key for key in (*before, *found) if coverage.judged(key.rule, key.source)}
    kept = Counter({key: count for key, count in before.items() if key not in judged})
    fresh = Counter({key: count for key, count in found.items() if key in judged})
    return kept + (fresh if accept_new else fresh & before)


def save(baseline: Baseline, path: Path) -> None:
    """Writes the baseline, sorted, all of it or nothing."""
    lines = [
        _spelt([key.rule, key.source, key.subject, count]) + "\n"
        for key, count in sorted(baseline.items())
        if count > 0
    ]
    write(path, (_HEAD + "".join(lines)).encode())


def _spelt(entry: list[str | int]) -> str:
    line = json.dumps(entry, ensure_ascii=False)
    # The name of a file may be any bytes: those that are no text are spelt as escapes.
    return (
        line
        if line.isascii() or not any("\ud800" <= character <= "\udfff" for character in line)
        else json.dumps(entry)
    )
