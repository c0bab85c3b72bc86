"""Ground truth: what sloth generates is right, and any number changed in it is wrong."""

import re
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest

from obsaudit.lint import Project, Text, documents
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.nodes import Node
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL
from obsaudit.rules.slos.burn_rate_mismatch import BurnRateMismatch

FOLDER = Path(__file__).parents[3].parent / "shared" / "corpora" / "slo-sloth" / "examples"
GENERATED = sorted((FOLDER / "_gen").glob("*.y*ml"))
FOLDERS = ("slos", "budgets", "retention")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpora are not beside this checkout")


@lru_cache(maxsize=64)
def nodes(text: str, name: str) -> tuple[Node, ...]:
    """What stands in a file."""
    return documents.parse(Text.of_file(text, name), name, SourceSettings()).nodes


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_a_specification_and_its_rules_are_clean(path, tmp_path):
    """
    Nothing is said of a specification and the rules that sloth makes of it.
    """
    (tmp_path / "rules.yml").write_text(path.read_text())
    (tmp_path / "spec.yml").write_text((FOLDER / path.name).read_text())
    request = Request(
        paths=["."],
        config=Config(root=tmp_path, select=FOLDERS),
        rules=[rule for rule in ALL if rule.id.split("/")[0] in FOLDERS],
        cwd=tmp_path,
        today=date(2026, 11, 23),
        cache=Cache(None, ""),
    )

    assert () == run(request).shown


def threshold(factor: str):
    """Where a burn-rate alert compares with a factor."""
    return re.compile(rf"> \({re.escape(factor)} \*")


def reading(window: str):
    """Where an alert, which aggregates, reads the recording of a window."""
    return re.compile(rf"(?<=max\(slo:sli_error:ratio_rate){window}(?=\{{)")


def recorded(window: str):
    """The ranges of the recordings."""
    return re.compile(rf"(?<=\[){window}(?=\:?\])")


WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
MUTATIONS = {
    **{
        f"factor {old} to {new}": (threshold(old), f"> ({new} *")
        for old, new in [
            ("14.4", "15.84"),
            ("14.4", "14"),
            ("14.4", "13.44"),
            ("14.4", "6"),
            ("6", "6.6"),
            ("6", "5.6"),
            ("6", "7"),
            ("6", "14.4"),
            ("3", "3.3"),
            ("3", "2.8"),
            ("3", "6"),
            ("1", "1.1"),
            ("1", "3"),
            ("1", "0.93"),
        ]
    },
    **{
        f"window {old} to {new}": (reading(old), new)
        for one, other in [*pairwise(WINDOWS), ("5m", "1h"), ("30m", "6h"), ("2h", "1d"), ("6h", "3d")]
        for old, new in [(one, other), (other, one)]
    },
    **{
        f"range {old} to {new}": (recorded(old), new)
        for old, new in [
            ("5m", "30m"),
            ("30m", "5m"),
            ("1h", "2h"),
            ("2h", "1h"),
            ("6h", "1d"),
            ("1d", "6h"),
            ("3d", "1d"),
        ]
    },
    "budget in the alerts": (re.compile(r"(?<= \* )0\.\d+"), "0.0123"),
    "budget in one window": (re.compile(r"(?<=\(14\.4 \* )0\.\d+(?=\)\) without \(sloth_window\)\n +and)"), "0.0123"),
    "objective": (re.compile(r"(?<=expr: vector\()0\.\d+"), "0.987"),
    "recorded budget": (re.compile(r"(?<=vector\(1-)0\.\d+"), "0.987"),
    "stated objective": (re.compile(r'(?<=sloth_objective: ")[\d.]+'), "98.7"),
    "period of 28 days": (re.compile(r"(?<=expr: vector\()30(?=\))"), "28"),
    "period of 7 days": (re.compile(r"(?<=expr: vector\()30(?=\))"), "7"),
}
# Without an alert nothing depends on these.
HARMLESS_WITHOUT_ALERTS = ("period", "range")
# MetricsQL with a range behind a call: it has no tree, so its windows are not known.
UNREADABLE = "victoria-metrics.yml"


def mutants():
    """Every generated file with every change that applies to it."""
    for path in GENERATED:
        text = path.read_text()
        for name, (pattern, replacement) in MUTATIONS.items():
            changed = pattern.sub(replacement, text)
            unread = name.startswith(HARMLESS_WITHOUT_ALERTS) and "alert:" not in text
            if changed != text and not unread and not (name.startswith("range") and path.name == UNREADABLE):
                yield pytest.param(path, changed, id=f"{path.name}-{name}")


@pytest.mark.parametrize(("path", "changed"), list(mutants()))
def test_a_changed_number_is_found(path, changed):
    """
    A factor, a window, a range, an objective or a period that is changed in generated rules is a finding.
    """
    spec = nodes((FOLDER / path.name).read_text(), "spec.yml")

    found = list(BurnRateMismatch().check_project(Project([*nodes(changed, "rules.yml"), *spec])))

    assert found


# Every place of its own, of every kind, and what it becomes.
ALONE = {
    "factor": (re.compile(r"(?<=> \()[\d.]+(?= \*)"), lambda factor: str(float(factor) * 1.15)),
    "budget": (re.compile(r"(?<= \* )0\.\d+(?=\))"), lambda _: "0.0123"),
    "window": (re.compile(r"(?<=max\(slo:sli_error:ratio_rate)\w+(?=\{)"), {"5m": "1h", "1h": "5m"}.get),
    "range": (re.compile(r"(?<=\[)(?:5m|30m|[126]h|[13]d)(?=\])"), lambda window: "2h" if window != "2h" else "1h"),
    "label": (re.compile(r"(?<=sloth_window: )\w+"), lambda window: "6h" if window != "6h" else "1h"),
}
# Recordings of a plugin's own, which no objective reads: ranges in the last seven of its rules.
OTHERS = {"contrib-denominator-corrected.yaml": 7}


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_a_number_changed_in_one_place_is_found(path):
    """
    One range of a ratio, one factor, one budget, one window, one label that tells it: each alone.
    """
    text, missed, tried = path.read_text(), 0, 0
    spec = nodes((FOLDER / path.name).read_text(), "spec.yml")
    for kind, (pattern, change) in ALONE.items():
        if kind == "range" and path.name == UNREADABLE:
            continue
        for match in pattern.finditer(text):
            to = change(match[0])
            if to is None:
                continue
            changed = documents.parse(
                Text.of_file(text[: match.start()] + to + text[match.end() :], "rules.yml"),
                "rules.yml",
                SourceSettings(),
            ).nodes
            tried += 1
            missed += not list(BurnRateMismatch().check_project(Project([*changed, *spec])))

    assert tried > 20
    assert OTHERS.get(path.name, 0) == missed
