"""
The baseline: findings that are accepted as debt, counted, and meant to shrink.

One sorted line an entry, a JSON array of rule, source, subject and count; no line numbers, so that
moving code changes nothing. A rule's findings about one subject of one file are accepted up to the
count; an entry that accepts more than there is, is stale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from .atomic import write
from .config import ConfigError
from .finding import Finding

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
    if not path.is_file():
        return baseline
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the baseline cannot be read: {error}", str(path)) from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            rule, source, subject, count = json.loads(line)
        except ValueError:
            raise ConfigError("is no baseline entry", str(path), number, "write it anew") from None
        if not (isinstance(rule, str) and isinstance(source, str) and isinstance(subject, str | None)):
            raise ConfigError("is no baseline entry", str(path), number, "write it anew")
        if not isinstance(count, int) or count < 1:
            raise ConfigError("an entry's count is a positive whole number", str(path), number)
        baseline[Key(rule, source, subject or "")] += count
    return baseline


def accept(findings: Iterable[Finding], relative: Callable[[str], str]) -> Baseline:
    """The baseline that accepts exactly these findings."""
    return Counter(key_of(finding, relative) for finding in findings)


def rewrite(before: Baseline, found: Baseline, *, judged: Callable[[Key], bool], accept_new: bool) -> Baseline:
    """
    The baseline after a run that found `found`.

    What the run did not judge (other files, rules that are off) keeps its entries; of the rest the
    baseline accepts what was found, and without `accept_new` never more than it accepted before.
    """
    kept = Counter({key: count for key, count in before.items() if not judged(key)})
    fresh = Counter({key: count for key, count in found.items() if judged(key)})
    return kept + (fresh if accept_new else fresh & before)


def save(baseline: Baseline, path: Path) -> None:
    """Writes the baseline, sorted, all of it or nothing."""
    lines = [
        json.dumps([key.rule, key.source, key.subject, count], ensure_ascii=False) + "\n"
        for key, count in sorted(baseline.items())
    ]
    write(path, (_HEAD + "".join(lines)).encode())
