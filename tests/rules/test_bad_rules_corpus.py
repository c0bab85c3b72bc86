"""The good and the bad rule files of Prometheus' own tests, and what Prometheus' own reader says of them."""

import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint import Severity
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "prometheus"
REFUSALS = {"alerts/template-error", "meta/unparsable", "promql/syntax-error"}
"""The rules that say that a server refuses a file."""

# The line, and the rule that says it. What Prometheus 3 takes and 2 refuses is a hint.
BAD = {
    "cmd/promtool/testdata/bad-rules-syntax.yml": (7, "promql/syntax-error"),
    "cmd/promtool/testdata/bad-input-series.yml": (3, "meta/unparsable"),
    "cmd/promtool/testdata/rules-bad.yml": (12, "alerts/template-error"),
    "cmd/promtool/testdata/rules_extrafields.yml": (7, "meta/unparsable"),
    "model/rulefmt/testdata/bad_expr.bad.yaml": (5, "promql/syntax-error"),
    "model/rulefmt/testdata/bad_field.bad.yaml": (8, "meta/unparsable"),
    "model/rulefmt/testdata/duplicate_grp.bad.yaml": (3, "meta/unparsable"),
    "model/rulefmt/testdata/invalid_label_name.bad.yaml": (7, "meta/unparsable"),
    "model/rulefmt/testdata/invalid_record_name.bad.yaml": (4, "meta/unparsable"),
    "model/rulefmt/testdata/legacy_validation_annotation.bad.yaml": (7, "promql/experimental-syntax"),
    "model/rulefmt/testdata/no_rec_alert.bad.yaml": (4, "meta/unparsable"),
    "model/rulefmt/testdata/noexpr.bad.yaml": (4, "meta/unparsable"),
    "model/rulefmt/testdata/record_and_alert.bad.yaml": (4, "meta/unparsable"),
    "model/rulefmt/testdata/record_and_for.bad.yaml": (6, "meta/unparsable"),
    "model/rulefmt/testdata/record_and_keep_firing_for.bad.yaml": (6, "meta/unparsable"),
    "rules/fixtures/invalid_rules.yaml": (6, "meta/unparsable"),
}

# Two more are called bad there and are not, as files: their expressions fail on the series of a test only.
RUNTIME = {"cmd/promtool/testdata/bad-rules-error.yml", "cmd/promtool/testdata/bad-promql.yml"}

GOOD = [
    "cmd/promtool/testdata/at-modifier.yml",
    "cmd/promtool/testdata/features.yml",
    "cmd/promtool/testdata/negative-offset.yml",
    "cmd/promtool/testdata/prometheus-rules.lint.yml",
    "cmd/promtool/testdata/rules.yml",
    "cmd/promtool/testdata/rules_duplicates.yml",
    *(f"cmd/promtool/testdata/{name}.yml" for name in ("failing", "long-period", "rules_run", "unittest")),
    *(f"model/rulefmt/testdata/{name}.yaml" for name in ("legacy_validation_annotation.good", "test", "test_aliases")),
    *(f"model/rulefmt/testdata/{name}.good.yaml" for name in ("utf-8_annotation", "utf-8_lname")),
    *(
        f"rules/fixtures/{name}.yaml"
        for name in (
            "alert_rule alert_rule1 rules rules1 rules2 rules2_copy rules_chain rules_dependencies"
            " rules_indeterminates rules_multi_doc rules_multiple rules_multiple_dependents_on_base"
            " rules_multiple_groups rules_multiple_independent"
        ).split()
    ),
]

# A file that loads may still be wrong. These are right about the files, which were written to be loaded, not to alert.
TRUE = {
    "alerts/missing-severity": "policy",
    "alerts/always-fires": "`expr: 1`, `0 > bool 1` and a ratio that is compared with nothing",
    "alerts/template-error": "`$.labels` parses, and fails when it is expanded: there is only `.Labels`",
    "promql/unknown-label": "a recording aggregated to `job` is then grouped by `namespace`",
}


def findings(name):
    path = CORPUS / name
    if not path.exists():
        pytest.skip("no corpus prometheus beside the checkout")
    request = Request([path.name], Config(root=path.parent), ALL, path.parent, date(2026, 11, 23), Cache(None, ""))
    return run(request).shown


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_has_a_finding_on_its_line(name):
    """
    Each file that Prometheus' tests call bad has a finding where it is bad.
    """
    found = [(finding.at.region.start.line, finding.rule) for finding in findings(name) if finding.at.region]

    assert BAD[name] in found


@pytest.mark.parametrize("name", [*GOOD, *sorted(RUNTIME)])
def test_a_good_file_has_no_error_but_true_ones(name):
    """
    Nothing says of a file that loads that it would not; other errors are listed above with their reason.
    """
    errors = [finding for finding in findings(name) if finding.severity is Severity.ERROR]

    assert [] == [error.message for error in errors if error.rule not in TRUE]
    assert {} == Counter(
        error.message
        for error in errors
        if error.rule == "alerts/template-error" and "no field `.labels`" not in error.message
    )


# promtool 2 refuses names in UTF-8, and everything that is no rule file.
NEWER = {
    "cmd/promtool/testdata/features.yml",
    "model/rulefmt/testdata/legacy_validation_annotation.bad.yaml",
    "model/rulefmt/testdata/utf-8_annotation.good.yaml",
    "model/rulefmt/testdata/utf-8_lname.good.yaml",
}


@pytest.mark.parametrize("name", sorted({*BAD, *GOOD, *RUNTIME} - NEWER))
def test_promtool_is_of_the_same_opinion(name):
    """
    What promtool refuses has a finding that says so, and what it takes has none.
    """
    if shutil.which("promtool") is None:
        pytest.skip("no promtool on this machine")
    found = [finding for finding in findings(name) if finding.rule in REFUSALS]
    if "tests:" in (CORPUS / name).read_text():
        pytest.skip("unit tests are run by promtool, not checked")
    done = subprocess.run(
        ["promtool", "check", "rules", "--lint=none", CORPUS / name], capture_output=True, check=False
    )

    # promtool parses templates and never expands them.
    refused = [finding for finding in found if "no field" not in finding.message]
    assert (done.returncode != 0) == bool(refused)
