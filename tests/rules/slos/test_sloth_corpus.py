"""Ground truth: what sloth generates is right, and any number changed in it is wrong."""

import re
from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint import Finding
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

FOLDER = Path(__file__).parents[3].parent / "shared" / "corpora" / "slo-sloth" / "examples"
GENERATED = sorted((FOLDER / "_gen").glob("*.y*ml"))
FOLDERS = ("slos", "budgets", "retention")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpora are not beside this checkout")


def findings(texts: dict[str, str], folder: Path) -> list[Finding]:
    """What the rules about objectives find in some files."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    request = Request(
        paths=["."],
        config=Config(root=folder, select=FOLDERS),
        rules=[rule for rule in ALL if rule.id.split("/")[0] in FOLDERS],
        cwd=folder,
        today=date(2026, 11, 23),
        cache=Cache(None, ""),
    )
    return list(run(request).shown)


def project(path: Path) -> dict[str, str]:
    """A generated file and the specification that it was made from."""
    return {"rules.yml": path.read_text(), "spec.yml": (FOLDER / path.name).read_text()}


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_a_specification_and_its_rules_are_clean(path, tmp_path):
    """
    Nothing is said of a specification and the rules that sloth makes of it.
    """
    assert [] == findings(project(path), tmp_path)


def threshold(factor: str):
    """Where a burn-rate alert compares with a factor."""
    return re.compile(rf"> \({re.escape(factor)} \*")


def reading(window: str):
    """Where an alert, which aggregates, reads the recording of a window."""
    return re.compile(rf"(?<=max\(slo:sli_error:ratio_rate){window}(?=\{{)")


def recorded(window: str):
    """The ranges of the recordings."""
    return re.compile(rf"(?<=\[){window}(?=\:?\])")


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
        for old in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
        for new in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
        if old != new
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


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_a_changed_number_is_found(path, mutation, tmp_path):
    """
    A factor, a window, a range, an objective or a period that is changed in generated rules is a finding.
    """
    pattern, replacement = MUTATIONS[mutation]
    texts = project(path)
    changed = pattern.sub(replacement, texts["rules.yml"])
    if changed == texts["rules.yml"]:
        pytest.skip("nothing to change")
    if mutation.startswith(HARMLESS_WITHOUT_ALERTS) and "alert:" not in changed:
        pytest.skip("no alert reads it")
    if mutation.startswith("range") and path.name == UNREADABLE:
        pytest.skip("its recordings are MetricsQL")

    found = findings({**texts, "rules.yml": changed}, tmp_path)

    assert "slos/burn-rate-mismatch" in {finding.rule for finding in found}
