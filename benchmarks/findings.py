"""
How often each rule finds something in mature projects, and a choice of its findings to be judged by hand.

    python benchmarks/findings.py FOLDER [FOLDER …] [--show RULE]
    python benchmarks/findings.py --packages FOLDER [FOLDER …] [--read 20] [--seed 1] [--rule RULE …]

The first prints the findings of each rule for 100 alerting rules and recordings, by confidence; with
`--show` also where those of one rule are.

With `--packages` each folder in a FOLDER is a published package, and is checked as a repository of its
own by the rules about source; `--read` prints up to that many findings of high confidence of each rule,
with the lines around them: the choice is made anew for another `--seed`, and takes from every package
in turn. The packages behind the table in docs/source.md are listed in `packages-python.txt` and
`packages-npm.txt`, and are fetched by the registries' own clients:

    benchmarks/packages.sh FOLDER

obsaudit downloads nothing.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from pathlib import Path

from obsaudit.lint import Confidence, Finding, Report
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, RuleSettings
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

RULES = ("AlertingRule", "RecordingRule")
GROUPS = ("metrics", "logs", "traces")
OPTIONS = {
    # Rules that are silent until a team says what it wants.
    "logs/missing-context": {"fields": ["user_id", "event_id", "session_id", "request_id", "task_id", "model_id"]},
    "logs/print-call": {},
}


def check(folder: Path) -> Report:
    """What all rules that are on by default say of a folder."""
    return run(Request(["."], Config(root=folder), ALL, folder, date.today(), Cache(None, "")))


def check_package(folder: Path) -> Report:
    """What the rules about source say of a package."""
    rules = {rule: RuleSettings(options=options) for rule, options in OPTIONS.items()}
    config = Config(root=folder, select=(*GROUPS, *OPTIONS), rules=rules)
    return run(Request(["."], config, ALL, folder, date.today(), Cache(None, ""), use_baseline=False))


def table(findings: list[Finding], rules: int) -> str:
    """One line a rule: its findings, those of low confidence among them, and how many they are for 100 rules."""
    counts = Counter(finding.rule for finding in findings)
    low = Counter(finding.rule for finding in findings if finding.confidence is Confidence.LOW)
    rows = [f"{rule:34} {count:6} {low[rule]:6} {100 * count / rules:10.1f}" for rule, count in counts.most_common()]
    return "\n".join([f"{'rule':34} {'found':>6} {'low':>6} {'per 100':>10}", *rows])


def by_rule(reports: Mapping[str, Report]) -> dict[str, list[tuple[str, Finding]]]:
    """The findings of each rule, and the package that each is in; rules without any are there, too."""
    found: dict[str, list[tuple[str, Finding]]] = {rule.id: [] for rule in ALL if rule.id.split("/")[0] in GROUPS}
    for package, report in reports.items():
        for finding in report.shown:
            found.setdefault(finding.rule, []).append((package, finding))
    return found


def summary(reports: Mapping[str, Report]) -> str:
    """One line a rule: its findings by confidence, and the packages that they are in."""
    lines = [f"{'rule':34} {'high':>6} {'low':>6} {'packages':>9}"]
    for rule, found in sorted(by_rule(reports).items()):
        high = [package for package, finding in found if finding.confidence is Confidence.HIGH]
        lines.append(f"{rule:34} {len(high):6} {len(found) - len(high):6} {len({package for package, _ in found}):9}")
    return "\n".join(lines)


def chosen(found: list[tuple[str, Finding]], count: int, seed: int) -> list[tuple[str, Finding]]:
    """Up to so many findings of high confidence, from every package in turn."""
    dice = random.Random(seed)
    packages: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
    for package, finding in found:
        if finding.confidence is Confidence.HIGH:
            packages[package].append((package, finding))
    piles = [dice.sample(pile, len(pile)) for _, pile in sorted(packages.items())]
    dice.shuffle(piles)
    return [one for turn in zip_longest(*piles) for one in turn if one is not None][:count]


def around(root: Path, finding: Finding) -> Iterator[str]:
    """The finding, and the lines around it."""
    region = finding.at.region
    yield f"{finding.at.source}:{region.start.line if region else 0}: {finding.message}"
    yield from (
        f"    {step.at.source}:{step.at.region and step.at.region.start.line}: {step.message}"
        for step in finding.related
    )
    if region is not None:
        lines = (root / finding.at.source).read_text(encoding="utf-8", errors="replace").splitlines()
        first = max(region.start.line - 12, 1)
        for number, line in enumerate(lines[first - 1 : region.end.line + 8], first):
            mark = ">" if region.start.line <= number <= region.end.line else " "
            yield f"{mark}{number:6} {line[:160]}"


def show_packages(given: argparse.Namespace) -> None:
    """Checks every package, and prints the table and what is to be read."""
    folders = {one.name: one for root in given.folders for one in sorted(root.resolve().iterdir()) if one.is_dir()}
    reports = {name: check_package(folder) for name, folder in folders.items()}
    skipped = Counter(skip.why for report in reports.values() for skip in report.skipped)
    print(f"{len(reports)} packages, {sum(report.files for report in reports.values())} files\n")
    print(summary(reports), end="\n\n")
    for why, count in skipped.most_common():
        print(f"{count:6} skipped: {why}")
    for rule, found in sorted(by_rule(reports).items()):
        for package, finding in chosen(found, given.read, given.seed) if not given.rule or rule in given.rule else ():
            print(f"\n== {rule} in {package}", *around(folders[package], finding), sep="\n")


def show_rules(given: argparse.Namespace) -> None:
    """Prints a table for each folder."""
    for folder in given.folders:
        report = check(folder.resolve())
        rules = sum(report.nodes[kind] for kind in RULES)
        print(f"{folder.name}: {rules} alerting rules and recordings in {report.files} files\n")
        print(table(list(report.shown), rules), end="\n\n")
        for finding in report.shown if given.show else ():
            if finding.rule == given.show:
                line = finding.at.region.start.line if finding.at.region else 0
                print(f"{finding.at.source}:{line}: {finding.message}")


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", help="a rule whose findings are listed")
    parser.add_argument("--packages", action="store_true", help="each folder in the folders is a package")
    parser.add_argument("--read", type=int, default=0, help="how many findings of each rule are printed to be read")
    parser.add_argument("--seed", type=int, default=1, help="of the choice among them")
    parser.add_argument("--rule", action="append", help="print those of this rule only")
    given = parser.parse_args()
    (show_packages if given.packages else show_rules)(given)


if __name__ == "__main__":
    main()
