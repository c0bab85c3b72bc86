"""A comment on a pull request."""

import re

import pytest
from markdown_it import MarkdownIt

from obsaudit.lint import Location, Report
from obsaudit.reports import FORMATS
from obsaudit.reports.escape import visible
from obsaudit.reports.markdown import LIMIT

from . import samples
from .samples import VIEW, finding

render = FORMATS["markdown"]


def html(report):
    """The comment as a reader's browser gets it."""
    return MarkdownIt("gfm-like", {"linkify": False}).render(render(report, VIEW))


def words(report):
    """The comment as it is read."""
    plain = re.sub(r"<!--.*?-->|</?[a-z][^>]*>", "", html(report))
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def test_static_report(snapshot):
    """The summary, what was skipped, then findings by rule, those with errors opened."""
    assert render(samples.STATIC, VIEW) == snapshot


def test_live_report(snapshot):
    """Facts and figures are tables."""
    assert render(samples.LIVE, VIEW) == snapshot


def test_clean_report():
    """Nothing found is a heading and a line."""
    assert "## obsaudit\n\nno findings in 3 files\n" == render(samples.CLEAN, VIEW)


def test_hostile_text_stays_text():
    """No tag, emphasis, cell or mention comes out of a file under test: it reads as it was written."""
    page = html(samples.hostile())

    assert set() == set(re.findall(r"<(\w+)", page)) - {
        "h2", "h3", "p", "ul", "li", "strong", "code", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"
    }  # fmt: skip
    assert 3 * 2 == page.count("<th") - page.count("<thead") + page.count("<td") - 2
    assert visible(samples.HOSTILE) in words(samples.hostile())
    assert [] == re.findall(r"@team", re.sub(r"<code>.*?</code>", "", page))


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("label <code>user</code> is new", "label `user` is new"),
        ("a ` alone", "a ` alone"),
        ("<code>a*b*</code> *c* _d_", "`a*b*` *c* _d_"),
        ("&lt;b&gt; &amp;amp; [x](y)", "<b> &amp; [x](y)"),
        (r"C:\new", r"C:\new"),
        ("two `` ticks", "two `` ticks"),
    ],
)
def test_only_code_is_marked_up(expected, message):
    """What a message puts between backticks is code; the rest is plain."""
    assert expected in html(Report(shown=(finding(message, Location("a.yml", None, None)),)))


def test_a_long_report_is_cut_and_says_so():
    """What does not fit one comment is counted, and no element is left open."""
    many = tuple(finding(f"finding {n} of many", Location(f"f{n}.yml", None, None), f"a/{n % 3}") for n in range(3000))
    page = render(Report(shown=many), VIEW)
    (left_out,) = re.findall(r"Left out: ([\d,]+) findings\.", page)

    assert LIMIT - 1000 < len(page) <= LIMIT
    assert 3000 == page.count("- **warning**") + int(left_out.replace(",", ""))
    assert page.count("<details") == page.count("</details>")


def test_one_finding_too_long_for_a_comment():
    """A message that fits nowhere is counted, and what is shorter is still shown."""
    huge = finding("x" * LIMIT, Location("a.yml", None, None), "a/huge")
    page = render(Report(shown=(huge, finding("short", Location("a.yml", None, None), "a/short"))), VIEW)

    assert "**Left out: 1 finding.**" in page
    assert "short" in page
