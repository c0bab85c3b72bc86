"""Verdicts on configurations of the collector's own tests, of a vendor's examples, and of the demo."""

from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

CORPORA = Path(__file__).parents[3].parent / "shared" / "corpora"
CORE = CORPORA / "otelcol-core" / "otelcol" / "testdata"
# What these get wrong needs the components of the test, or is a value of one.
UNKNOWABLE = {"otelcol-invalid-receiver-type.yaml"}
INVALID = {path.name for path in CORE.glob("otelcol-*invalid*.yaml")} - UNKNOWABLE | {"otelcol-cyclic-connector.yaml"}
VALID = sorted({path.name for path in CORE.rglob("*.yaml")} - INVALID - UNKNOWABLE)

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")


def findings(folder, path="."):
    request = Request(
        paths=[path],
        config=Config(root=folder, select=("collector",)),
        rules=ALL,
        cwd=folder,
        today=date(2026, 11, 23),
        cache=Cache(None, ""),
    )
    return run(request).shown


@pytest.mark.parametrize("name", sorted(INVALID))
def test_what_the_collector_refuses_is_an_error(name):
    """
    Every file of the collector's tests that is named invalid has a finding that is an error.
    """
    assert "error" in {finding.severity for finding in findings(CORE, name)}


@pytest.mark.parametrize("name", VALID)
def test_what_the_collector_takes_is_no_error(name):
    """
    Every other file has none.
    """
    paths = list(CORE.rglob(name))

    assert [] == [own.message for path in paths for own in findings(path.parent, name) if own.severity == "error"]


def test_a_vendors_examples_have_no_errors():
    """
    Reviewed examples are no errors; what they get wrong costs later. One of them is no YAML: `[${env:X}]` wants quotes.
    """
    found = findings(CORPORA / "otelcol-dynatrace", "config_examples")

    assert ["config_examples/k8sobjects.yaml"] == [own.at.source for own in found if own.severity == "error"]
    assert len(found) < 30


def test_the_demo_has_the_findings_that_were_read():
    """
    Three pipelines in which the limiter comes second, one in which it comes third, and a certificate nobody looks at.
    """
    found = findings(CORPORA / "otel-demo-config")

    assert ["collector/insecure-tls"] + ["collector/processor-order"] * 4 == sorted(own.rule for own in found)


def test_no_rule_raises():
    """
    A rule that raises is a finding of its own, and there is none.
    """
    found = [
        own
        for folder in ("otelcol-core", "otelcol-dynatrace", "otel-demo-config")
        for own in findings(CORPORA / folder)
    ]

    assert [] == [own.message for own in found if own.rule == "meta/crashed-rule"]
