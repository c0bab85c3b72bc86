"""What holds for every format."""

import subprocess
import sys
import unicodedata

import pytest

from obsaudit.reports import FORMATS

from . import samples

REPORTS = {"static": samples.STATIC, "live": samples.LIVE, "clean": samples.CLEAN, "hostile": samples.hostile()}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_is_a_text_file(name, report):
    """A rendering can be written as UTF-8 and ends in one newline."""
    rendered = FORMATS[name](report, samples.VIEW)

    assert rendered.encode("utf-8").endswith(b"\n")
    assert not rendered.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
def test_holds_nothing_that_acts_on_a_terminal(name):
    """No control, formatting or unencodable character of a file under test comes through; joiners of emoji do."""
    rendered = FORMATS[name](samples.hostile(), samples.VIEW)

    assert {"\n", "\u200d"} >= {char for char in rendered if unicodedata.category(char) in {"Cc", "Cf", "Cs"}}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", ["static", "live"])
def test_what_was_skipped_is_said(name, report):
    """Skipped is never silent."""
    rendered = FORMATS[name](REPORTS[report], samples.VIEW)

    for skip in REPORTS[report].skipped:
        assert skip.what in rendered
        assert skip.why in rendered


@pytest.mark.parametrize("name", FORMATS)
def test_is_the_same_twice(name):
    """A rendering depends on the report and the view only."""
    assert FORMATS[name](samples.STATIC, samples.VIEW) == FORMATS[name](samples.STATIC, samples.VIEW)


def test_rich_is_imported_for_text_only():
    """A hook that asks for JSON does not pay for a terminal library."""
    program = (
        "import sys; from obsaudit.lint import Report; from obsaudit.reports import FORMATS, View;"
        "[FORMATS[name](Report(), View('1')) for name in FORMATS if name != 'text']; print('rich' in sys.modules)"
    )

    assert (
        "False\n" == subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    )
