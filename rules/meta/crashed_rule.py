"""`meta/crashed-rule`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Finding, Good, Rule, Severity
from ...lint.nodes import CrashedRule as Crash


class CrashedRule(Rule):
    """
    Says that a rule raised an exception instead of giving its verdict.

    **Why.**
    The place was not judged by that rule, which is neither clean nor broken.
    The run goes on with all other rules.

    **Instead.**
    Report it with the file that brings it about; until it is mended, leave the rule out with `ignore`.
    """

    id = "meta/crashed-rule"
    summary = "a rule raised instead of judging"
    severity = Severity.ERROR
    since = "0.1"

    def check_crash(self, crash: Crash) -> Iterator[Finding]:
        yield self.finding(
            f"rule `{crash.rule}` raised {crash.error}",
            crash.at,
            help=f'this is a mistake of obsaudit: please report it; `ignore = ["{crash.rule}"]` goes round it',
        )

    examples = (Good("- alert: ApiDown\n  expr: up == 0\n", why="every rule gave its verdict"),)
