"""The page: what it says, and how a real browser shows it."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from obsaudit.lint import Report, Table
from obsaudit.reports import FORMATS

from . import samples

VOID = {"meta", "link", "circle", "polyline", "br"}


class Nesting(HTMLParser):
    """Fails where a tag is closed that was not opened last; keeps the attributes that load something."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.loads += [str(value) for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag == self.open.pop()


def page(report: Report) -> str:
    return FORMATS["html"](report, samples.VIEW)


@pytest.mark.parametrize("report", [samples.STATIC, samples.LIVE, samples.CLEAN, samples.hostile()])
def test_is_sound_and_loads_nothing(report):
    """
    Every tag is closed, nothing of a user's becomes a tag, and nothing is fetched.
    """
    parser = Nesting()
    parser.feed(page(report))

    assert [] == parser.open
    assert [] == [one for one in parser.loads if not one.startswith(("#", "data:"))]
    assert "<script" not in page(report)


def test_bars_and_trends_are_drawn():
    """
    A bar is as long as its share of the longest, a trend a line of as many points as there are values.
    """
    table = Table("t", ("metric", "series"), (("a", "4,000"), ("b", "1,000")), bar=1, trends=((1, 3, 2), ()))
    rendered = page(Report(tables=(table,)))

    assert ["100.0%", "25.0%"] == re.findall(r'style="width:([\d.]+%)"', rendered)
    (points,) = re.findall(r'points="([^"]*)"', rendered)
    assert 3 == len(points.split())


def test_bars_and_trends_of_characters():
    """
    The terminal and Markdown show the same pictures with block characters.
    """
    table = Table("t", ("metric", "series"), (("a", "4,000"), ("b", "1,000")), bar=1, trends=((1, 3, 2), ()))

    for name in ("text", "markdown"):
        rendered = FORMATS[name](Report(tables=(table,)), samples.VIEW)
        assert "████████████" in rendered
        assert "▁█▅" in rendered


@pytest.fixture(scope="module")
def chromium() -> str:
    """A browser; without it the test skips, or fails where one is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and os.environ.get("OBSAUDIT_REQUIRE_LIVE") == "1":
        pytest.fail("OBSAUDIT_REQUIRE_LIVE=1, and there is no chromium")
    if path is None:
        pytest.skip("there is no chromium on this machine")
    return path


WRAPPER = """\
<!doctype html><html><body style="margin:0"><iframe id="f" src="report.html" style="border:0;width:%dpx;height:900px">
</iframe><script>
document.getElementById("f").onload = () => {
  const root = document.getElementById("f").contentDocument.documentElement;
  const wide = [...root.querySelectorAll(".scroll")].filter(one => one.scrollWidth > one.clientWidth);
  document.title = [root.scrollWidth, root.querySelectorAll("table").length, wide.length].join(" ");
};
</script></body></html>
"""


NAMES = ("prometheus_tsdb_compaction_chunk_size_bytes_bucket", "app_events_created_total", "up")
LONG = Table(
    "Metrics with the most series",
    ("metric", "series", "share"),
    tuple((name, "6,000", "88.4%") for name in NAMES),
    numeric=frozenset({1, 2}),
    bar=1,
)


@pytest.mark.parametrize("report", [samples.LIVE, Report(tables=(LONG,))], ids=["sample", "long names"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_a_browser_shows_it_without_complaint(chromium, tmp_path, width, report):
    """
    The page is no wider than the screen, no table has to be pushed aside for its figures, the console stays empty.
    """
    (tmp_path / "report.html").write_text(page(report), "utf-8")
    (tmp_path / "index.html").write_text(WRAPPER % width, "utf-8")
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--window-size={width + 100},1000",
        "--virtual-time-budget=5000",
        "--dump-dom",
        (tmp_path / "index.html").as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)

    found = re.search(r"<title>(\d+) (\d+) (\d+)</title>", done.stdout)
    assert found, done.stderr[-2000:]
    assert int(found[1]) <= width
    assert (len(report.tables), 0) == (int(found[2]), int(found[3]))
    assert "CONSOLE" not in done.stderr
