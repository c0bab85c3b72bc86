"""
Findings become a report, once and last: severity overrides → suppressions → baseline → sort.

A finding is never changed in place; it is put into one list of the report. That is why an unused
suppression, a stale baseline entry and a skipped document can all be reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from .baseline import Baseline, key_of
from .config import Config, Scopes
from .finding import Finding, Location
from .nodes import Node, StaleEntry, Suppression
from .record import replace
from .region import Position, Region
from .report import Coverage, Report, Skipped
from .suppress import Suppressions

Judge = Callable[[Iterable[Node]], Iterator[Finding]]
"""Asks the rules about what a run learnt of itself."""


def settle(
    findings: Iterable[Finding],
    config: Config,
    scopes: Scopes,
    *,
    suppressions: Suppressions,
    baseline: Baseline,
    judge: Judge,
    coverage: Coverage,
    known: Collection[str],
    skipped: Sequence[Skipped] = (),
    files: int = 0,
) -> Report:
    """
    Places every finding in one list.

    `coverage` decides what can be unused or stale; `known` are the rules that there are, on or off.
    """
    shown: list[Finding] = []
    suppressed: list[Finding] = []
    hiding: list[Suppression] = []
    baselined: list[Finding] = []
    vendored: list[Finding] = []
    doubtful: list[Finding] = []
    left = Counter(baseline)

    def place(finding: Finding, *, hideable: bool = True) -> None:
        key = key_of(finding, scopes.key)
        hidden = suppressions.hides(finding) if hideable else None
        if hidden is not None:
            suppressed.append(finding)
            hiding.append(hidden)
        elif scopes.is_vendored(finding.at.source):
            (doubtful if config.doubts(finding) else vendored).append(finding)
        elif left[key] > 0:
            left[key] -= 1
            baselined.append(finding)
        else:
            (doubtful if config.doubts(finding) else shown).append(finding)

    allowed = (finding for finding in findings if not scopes.ignores(finding.rule, finding.at.source))
    distinct = dict.fromkeys(_with_severity(finding, config) for finding in allowed)
    # An entry of the baseline is there for what would be shown before it is for what would not.
    for finding in sorted(distinct, key=lambda finding: (config.doubts(finding), _order(finding))):
        place(finding)

    def judged(rule: str, source: str) -> bool:
        return coverage.judged(rule, scopes.key(source))

    def say(facts: Iterable[Node]) -> None:
        for finding in judge(facts):
            if not scopes.ignores(finding.rule, finding.at.source):
                # What is said of suppressions cannot be suppressed: it would hide itself.
                place(_with_severity(finding, config), hideable=False)

    say(suppressions.uses(judged, known))
    # The baseline may accept some of those, too: what is left of it is known only now.
    say(list(_stale(baseline, left, coverage, config)))
    return Report(
        shown=tuple(sorted(shown, key=_order)),
        suppressed=tuple(suppressed),
        suppressions=tuple(hiding),
        baselined=tuple(baselined),
        vendored=tuple(sorted(vendored, key=_order)),
        doubtful=tuple(doubtful),
        skipped=tuple(dict.fromkeys(skipped)),
        files=files,
        coverage=coverage,
    )


def _with_severity(finding: Finding, config: Config) -> Finding:
    severity = config.severity_of(finding.rule)
    return finding if severity is None else replace(finding, severity=severity)


def _order(finding: Finding) -> tuple[str, Position, str, str]:
    region = finding.at.region
    return finding.at.source, region.start if region else Position(0, 0), finding.rule, finding.message


def _stale(baseline: Baseline, left: Baseline, coverage: Coverage, config: Config) -> Iterator[StaleEntry]:
    nowhere = Region(Position(1, 1), Position(1, 1))
    for key, count in sorted(left.items()):
        if count < 1 or not coverage.judged(key.rule, key.source):
            continue
        yield StaleEntry(
            at=Location(config.baseline, key.subject or None, nowhere),
            lines=(1, 1),
            rule=key.rule,
            subject=key.subject or None,
            source=key.source,
            accepted=baseline[key],
            found=baseline[key] - count,
        )
