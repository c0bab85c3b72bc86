"""The report for people."""

import re

from rich.cells import cell_len

from obsaudit.lint import Confidence, Edit, Finding, Fix, Location, Position, Region, Report, Severity
from obsaudit.lint.record import replace
from obsaudit.reports import FORMATS
from obsaudit.reports.wording import summary

from . import samples
from .samples import VIEW, finding


def render(report, **view):
    return FORMATS["text"](report, replace(VIEW, **view))


def test_static_report(snapshot):
    """Findings with their source, then what stands aside, then the summary."""
    assert render(samples.STATIC) == snapshot


def test_static_report_in_a_wide_terminal_with_everything(snapshot):
    """Verbose lists what is otherwise counted; statistics count by rule."""
    assert render(samples.STATIC, width=120, verbose=True, statistics=True) == snapshot


def test_live_report(snapshot):
    """A live report begins with what was asked and measured; its findings have a subject and no source text."""
    assert render(samples.LIVE) == snapshot


def test_clean_report():
    """Nothing found is one line."""
    assert "no findings in 3 files\n" == render(samples.CLEAN)


def test_colored_report(snapshot):
    """Severity has a color, the frame is quiet."""
    assert render(samples.STATIC, color=True) == snapshot


def test_hostile_report(snapshot):
    """Escape sequences, markup and line breaks of a file under test are spelt out."""
    assert render(samples.hostile(), width=120) == snapshot


def test_color_adds_nothing_but_escape_codes():
    """With the codes taken out, both renderings are the same, where nothing is trimmed."""
    colored = re.sub(r"\x1b\[[0-9;]*m", "", render(samples.STATIC, color=True))

    assert render(samples.STATIC) == colored


def test_without_color_all_of_ours_is_ascii():
    """A log that knows only ASCII shows the whole frame."""
    assert render(samples.STATIC, statistics=True).isascii()
    assert render(samples.LIVE, statistics=True).isascii()


def test_the_environment_does_not_decide(monkeypatch):
    """Color and width are the edge's decision, whatever the variables that rich would ask."""
    plain, colored = render(samples.STATIC), render(samples.STATIC, color=True)

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    assert plain == render(samples.STATIC)
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert colored == render(samples.STATIC, color=True)


def test_fits_the_width():
    """No line is wider than the terminal, but for places, which must stay whole to be copied."""
    lines = render(samples.STATIC, width=60, verbose=True, statistics=True).splitlines()

    assert [] == [line for line in lines if cell_len(line) > 60 and "--> " not in line and "::: " not in line]


def test_a_source_without_text_has_no_excerpt():
    """A place whose file was not kept is named all the same."""
    report = Report(shown=(finding("sample", samples.at("app/charge.py", "user.id")),))

    assert ["warning[alerts/sample]: sample", " --> app/charge.py:4:23", "", "1 warning"] == render(report).splitlines()


def test_very_many_findings_are_counted_by_rule():
    """
    Who begins looks at the end of a long report first: there stands what it is made of.
    """
    one, other = (
        tuple(finding("sample", Location(f"{n}.yml", None, None), rule=rule) for n in range(count))
        for rule, count in (("alerts/one", 150), ("alerts/other", 50))
    )

    assert ["     150   alerts/one     warning", "      50   alerts/other   warning", "", "200 warnings"] == render(
        Report(shown=one + other)
    ).splitlines()[-4:]
    assert "findings" not in render(Report(shown=one + other[1:]))


def test_many_vendored_files_are_summed_up():
    """Files that nobody here can mend take a few lines, unless asked for."""
    report = Report(vendored=tuple(finding("sample", Location(f"vendor/{n}.yml", None, None)) for n in range(8)))

    assert "  and 3 more files (--verbose lists all)" in render(report).splitlines()
    assert "  vendor/7.yml: 1 warning" in render(report, verbose=True).splitlines()


def test_unsafe_fixes_alone_are_fixable():
    """
    The last line says what `--fix` does, also where all fixes are unsafe.
    """
    edit = Edit("a.yml", Region(Position(1, 1), Position(1, 2)), "x")
    flagged = Finding(
        *("a/b", Severity.ERROR, Confidence.HIGH, "m", Location("a.yml", None, None)), fix=Fix("f", (edit,), safe=False)
    )

    assert "1 error; 1 fixable with --fix --unsafe-fixes" == summary(Report(shown=(flagged,)))
