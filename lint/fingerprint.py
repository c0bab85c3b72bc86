"""The identity of a finding from one run to the next."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import blake2b
from itertools import chain
from pathlib import PurePosixPath

from .finding import Finding
from .region import Position
from .report import Report

_NOWHERE = Position(0, 0)


def fingerprints(report: Report) -> dict[Finding, str]:
    """
    A fingerprint for each finding of a report, in whichever list it was placed.

    It is made of the rule, the source, the subject and the message, never of a line, so it survives
    edits above the finding; findings that agree in all four are told apart by their order in the
    file. All lists are numbered together: suppressing one finding does not rename its twins.
    """
    findings = set(chain(report.shown, report.suppressed, report.baselined, report.vendored, report.doubtful))
    seen: Counter[tuple[str, ...]] = Counter()
    result: dict[Finding, str] = {}
    for finding in sorted(findings, key=_order):
        identity = _identity(finding)
        result[finding] = digest(*identity, str(seen[identity]))
        seen[identity] += 1
    return result


def digest(*parts: str) -> str:
    """A short hash of some strings, the same on every machine."""
    # JSON keeps the parts apart, and spells lone surrogates in ASCII.
    return blake2b(json.dumps(parts).encode("ascii"), digest_size=16).hexdigest()


def _identity(finding: Finding) -> tuple[str, ...]:
    source = PurePosixPath(finding.at.source).as_posix()  # `./a.yml` and `a.yml` are one file
    return finding.rule, source, finding.at.subject or "", finding.message


def _order(finding: Finding) -> tuple[object, ...]:
    region = finding.at.region
    # The last member only makes the order of findings that share a region the same in every run.
    return (
        *_identity(finding),
        region.start if region else _NOWHERE,
        region.end if region else _NOWHERE,
        repr(finding),
    )
