"""
How often each rule finds something in rule files of mature projects.

    python benchmarks/findings.py FOLDER [FOLDER …] [--show RULE]

Prints the findings of each rule for 100 alerting rules and recordings, by confidence; with `--show`
also where those of one rule are, to be read and judged by hand.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import date
from pathlib import Path

from obsaudit.lint import Confidence, Finding, Report
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

RULES = ("AlertingRule", "RecordingRule")


def check(folder: Path) -> Report:
    """What all rules that are on by default say of a folder."""
    return run(Request(["."], Config(root=folder), ALL, folder, date.today(), Cache(None, "")))


def table(findings: list[Finding], rules: int) -> str:
    """One line a rule: its findings, those of low confidence among them, and how many they are for 100 rules."""
    counts = Counter(finding.rule for finding in findings)
    low = Counter(finding.rule for finding in findings if finding.confidence is Confidence.LOW)
    rows = [f"{rule:34} {count:6} {low[rule]:6} {100 * count / rules:10.1f}" for rule, count in counts.most_common()]
    return "\n".join([f"{'rule':34} {'found':>6} {'low':>6} {'per 100':>10}", *rows])


def main() -> None:
    """Reads the arguments, and prints a table for each folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", help="a rule whose findings are listed")
    given = parser.parse_args()
    for folder in given.folders:
        report = check(folder.resolve())
        rules = sum(report.nodes[kind] for kind in RULES)
        print(f"{folder.name}: {rules} alerting rules and recordings in {report.files} files\n")
        print(table(list(report.shown), rules), end="\n\n")
        for finding in report.shown if given.show else ():
            if finding.rule == given.show:
                line = finding.at.region.start.line if finding.at.region else 0
                print(f"{finding.at.source}:{line}: {finding.message}")


if __name__ == "__main__":
    main()
