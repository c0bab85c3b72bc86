"""The site: a page for each rule and auditor, every link of it whole, and nothing fetched from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from obsaudit.auditors import ALL as AUDITORS
from obsaudit.rules import ALL as RULES

ROOT = Path(__file__).parents[1]

if os.environ.get("OBSAUDIT_REQUIRE_LIVE") != "1":
    pytest.importorskip("material", reason="mkdocs-material is not installed")


class References(HTMLParser):
    """The anchors of a page, where its links lead, and what it loads by itself."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        self.ids.add(own.get("id"))
        if tag == "a" and own.get("href"):
            self.links.append(own["href"])
        if tag in ("script", "img") and own.get("src"):
            self.loaded.append(own["src"])
        if tag == "link" and "canonical" not in own.get("rel", ""):
            self.loaded.append(own.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site: the path of each page, and what it refers to."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stdout)
    return folder, {page: References(page.read_text("utf-8")) for page in sorted(folder.rglob("*.html"))}


def test_every_rule_and_auditor_has_a_page(site):
    folder, pages = site
    places = [
        *(folder / "rules" / rule.id / "index.html" for rule in RULES),
        *(folder / "auditors" / auditor.id / "index.html" for auditor in AUDITORS),
    ]

    assert [] == [place for place in places if place not in pages]
    assert len(pages) > len(places)


def test_every_link_leads_somewhere(site):
    """
    MkDocs looks at those that it made itself; this looks at all of them, anchors too.
    """
    folder, pages = site
    lost = []
    for page, references in pages.items():
        for link in references.links:
            path, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link) or page.name == "404.html":
                continue
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            found = pages.get(target)
            if not target.exists() or (anchor and found is not None and anchor not in found.ids):
                lost.append(f"{page.relative_to(folder)}: {link}")

    assert [] == lost


def test_nothing_is_fetched_from_elsewhere(site):
    _, pages = site

    assert [] == [address for one in pages.values() for address in one.loaded if re.match(r"(?:https?:)?//", address)]
    # What Material puts there asks the repository's host for its stars.
    assert [] == [page for page in pages if 'data-md-component="source"' in page.read_text("utf-8")]


def test_a_page_shows_what_is_said_of_its_examples(site):
    folder, _ = site
    text = re.sub(r"<[^>]+>", "", (folder / "rules/metrics/unbounded-label/index.html").read_text("utf-8"))

    assert "Line 9: label path of http_requests_total is the request's path" in " ".join(text.split())
