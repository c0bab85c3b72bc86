"""`min-confidence` in the configuration, and `--min-confidence`."""

import json

import pytest

from .shell import obsaudit

DOUBTFUL = "- alert: Ratio\n  expr: avg by (instance) (rate(a_total[5m]) / rate(b_total[5m])) > 0.1\n"
DOUBTED = ("--select", "promql/division-by-zero", "--no-cache")
"""The one rule that `DOUBTFUL` is against, with low confidence."""

HIGH = ("--min-confidence", "high")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.yml").write_text(DOUBTFUL)
    return tmp_path


def entries(folder):
    text = (folder / "obsaudit-baseline.txt").read_text()
    return [json.loads(line) for line in text.splitlines() if not line.startswith("#")]


ENTRY = ["promql/division-by-zero", "a.yml", "alert Ratio", 1]


def test_what_is_doubtful_fails_no_run_where_it_is_hidden(folder):
    """
    By the flag or by the configuration, and the flag wins; the summary says how many there are.
    """
    shown = obsaudit(folder, "lint", *DOUBTED)
    hidden = obsaudit(folder, "lint", *DOUBTED, *HIGH, "--statistics")
    (folder / "obsaudit.toml").write_text('min-confidence = "high"\n')
    configured = obsaudit(folder, "lint", *DOUBTED)
    all_ = obsaudit(folder, "lint", *DOUBTED, "--min-confidence", "low")

    assert (1, "1 warning in 1 file") == (shown.code, shown.out.splitlines()[-1])
    assert " (low confidence)" in shown.out
    assert (0, "no findings in 1 file (1 of low confidence hidden)\n") == (hidden.code, hidden.out)
    assert hidden == configured
    assert shown == all_


def test_a_reader_of_json_sees_what_is_hidden(folder):
    """
    In a list of its own, beside the findings that count.
    """
    report = json.loads(obsaudit(folder, "lint", *DOUBTED, *HIGH, "-f", "json").out)
    listed = obsaudit(folder, "lint", *DOUBTED, *HIGH, "--verbose").out

    assert ([], ["low"]) == (report["findings"], [one["confidence"] for one in report["doubtful"]])
    assert "hidden warning[promql/division-by-zero] a.yml:" in listed


def test_the_baseline_takes_in_what_is_shown_and_drops_nothing_that_is_hidden(folder):
    """
    `write` accepts only what would be shown; what was accepted before stays, in `prune` as in `write`.
    """
    config = 'select = ["promql/division-by-zero"]\n'
    (folder / "obsaudit.toml").write_text(config + 'min-confidence = "high"\n')
    obsaudit(folder, "baseline", "write")
    assert [] == entries(folder)

    (folder / "obsaudit.toml").write_text(config)
    obsaudit(folder, "baseline", "write")
    assert [ENTRY] == entries(folder)

    (folder / "obsaudit.toml").write_text(config + 'min-confidence = "high"\n')
    for verb in ("write", "prune"):
        obsaudit(folder, "baseline", verb)
        assert [ENTRY] == entries(folder)
    accepted = obsaudit(folder, "lint").out
    assert "no findings in 1 file (1 baselined)\n" == accepted


@pytest.mark.parametrize("verb", ["lint", "live"])
def test_an_unknown_confidence_is_refused(folder, verb):
    """
    Named with what there is, on the command line and in the configuration.
    """
    said = obsaudit(folder, verb, "--min-confidence", "medium")
    assert 2 == said.code
    assert "'medium' is not one of 'high', 'low'" in said.err

    (folder / "obsaudit.toml").write_text('min-confidence = "medium"\n')
    told = obsaudit(folder, verb)
    assert (2, "obsaudit: {}/obsaudit.toml:1: `medium` is no confidence\n  help: one of high, low\n") == (
        told.code,
        told.err.replace(str(folder), "{}"),
    )
