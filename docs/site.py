"""
What MkDocs asks on the way to the site: a page for every rule and auditor, made from the code that is documented.

Nothing that is made here is kept in the repository. `make site` builds it, and fails at a link that leads nowhere.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from obsaudit.auditors import ALL as AUDITORS
from obsaudit.cli.page import markdown
from obsaudit.lint import Bad, Finding, Rule
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, RuleSettings
from obsaudit.lint.request import Request
from obsaudit.lint.run import run
from obsaudit.rules import ALL as RULES

NOWHERE = TemporaryDirectory()
TODAY = date(2026, 11, 23)
"""The day of the examples."""

ROOT = Path(__file__).parents[1]
SOURCE = "https://github.com/obsaudit/obsaudit/blob/main/"

# Pages that stand at the root of the repository, where people look for them.
BORROWED = {"index.md": "README.md", "contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
PLACES = {**{rule.id: f"rules/{rule.id}.md" for rule in RULES}, **{one.id: f"auditors/{one.id}.md" for one in AUDITORS}}

GUIDES = ("start", "configuration", "ci", "editors", "impact", "readiness", "live", "auditors", "weekly", "migrating")
READING = (
    *("source", "promql", "alerts", "prometheus", "collector", "routing", "oncall", "runbooks", "synthetics"),
    *("dashboards", "logql", "slos", "budgets", "retention", "documents"),
)
INSIDE = ("architecture", "performance", "json")

_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$", re.M | re.S)
_ID = re.compile(r"(?<![\[`])`([a-z]+/[a-z0-9-]+)`(?![`\]])")
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The navigation: what is there decides."""
    config.nav = [
        {"Home": "index.md"},
        {"Guides": [f"{name}.md" for name in GUIDES]},
        {"What is read": [f"{name}.md" for name in READING]},
        {"Rules": [{"All rules": "rules.md"}, *_grouped(RULES, "rules")]},
        {"Auditors": _grouped(AUDITORS, "auditors")},
        {"Inside": [*(f"{name}.md" for name in INSIDE), "contributing.md", "changelog.md"]},
    ]
    return config


def _grouped(rules: tuple[Rule, ...], folder: str) -> list[dict[str, list[dict[str, str]]]]:
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for rule in rules:
        group, name = rule.id.split("/")
        groups[group].append({name: f"{folder}/{rule.id}.md"})
    return [{group: pages} for group, pages in sorted(groups.items())]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages that are no files of `docs/`."""
    for place, name in BORROWED.items():
        files.append(File.generated(config, place, content=(ROOT / name).read_text("utf-8")))
    for rule in (*RULES, *AUDITORS):
        files.append(File.generated(config, PLACES[rule.id], content=markdown(rule, _judge)))
    return files


def _judge(rule: Rule, example: Bad) -> Sequence[Finding]:
    """What the rule really says of its example; of an auditor's, which have no files, nothing."""
    nowhere = Path(NOWHERE.name)
    own = RuleSettings(options=example.options)
    report = run(
        Request(
            paths=["."],
            # What is said of suppressions needs the rules that they name to have run.
            config=Config(
                root=nowhere, select=("all",) if rule.id.startswith("meta/") else (rule.id,), rules={rule.id: own}
            ),
            rules=RULES,
            cwd=nowhere,
            today=TODAY,
            cache=Cache(None, ""),
            contents={name: text.encode() for name, text in {example.path: example.text, **example.files}.items()},
        )
    )
    return [finding for finding in report.shown if finding.rule == rule.id]


def on_page_markdown(text: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links of the repository become links of the site, and the ids of rules become links."""
    here = page.file.src_uri
    if here == "index.md":
        page.meta["hide"] = ["navigation"]
    parts, last = [], 0
    for fence in _FENCED.finditer(text):
        parts += [_linked(text[last : fence.start()], here, files), fence[0]]
        last = fence.end()
    return "".join((*parts, _linked(text[last:], here, files)))


def _linked(text: str, here: str, files: Files) -> str:
    folder = posixpath.dirname(here)
    origin = posixpath.dirname(f"docs/{here}") if here not in BORROWED else ""

    def link(match: re.Match[str]) -> str:
        named = posixpath.normpath(posixpath.join(origin, match[1]))
        borrowed = next((place for place, name in BORROWED.items() if name == named), None)
        inside = borrowed or (named.removeprefix("docs/") if named.startswith("docs/") else None)
        if inside is not None and files.get_file_from_path(inside) is not None:
            return f"]({posixpath.relpath(inside, folder or '.')}{match[2] or ''})"
        return f"]({SOURCE}{named}{match[2] or ''})"

    def name(match: re.Match[str]) -> str:
        place = PLACES.get(match[1])
        if place is None or place == here:
            return match[0]
        return f"[`{match[1]}`]({posixpath.relpath(place, folder or '.')})"

    # Headings keep their words: a link in one would be its anchor's.
    lines = _LINK.sub(link, text).split("\n")
    return "\n".join(line if line.startswith("#") else _ID.sub(name, line) for line in lines)
