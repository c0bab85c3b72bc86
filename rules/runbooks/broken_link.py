"""`runbooks/broken-link`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from ...lint import Bad, Finding, Good, Project, Rule, Severity, Text
from ...lint.nodes import AlertingRule, Node, Page, Runbook
from ...lint.telemetry.shelf import link_of
from ...lint.web import Web

_PAGE = "# ApiSlow\n\n## Impact\n\nSee [the other page](api-down.md#impact).\n"


class BrokenLink(Rule):
    """
    Flags links of runbooks that lead nowhere: to Markdown pages and headings that do not exist, and with `--online` to
    addresses whose server knows nothing of them.

    **Why.**
    The link is followed once, at the worst time.

    **Instead.**
    Correct the path or the anchor.

    With `--online` each address is asked once, those of `runbook_url` annotations too.
    An address that does not answer, or answers with a login or an error, is unknown and not broken.
    Anchors are made as GitHub makes them: lower case, spaces become `-`, punctuation goes.
    Not flagged: links to anything but Markdown, and to folders of which this run has seen no page.
    """

    id = "runbooks/broken-link"
    summary = "link leads nowhere"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)
    needs_all = True

    def check_project(self, project: Project) -> Iterator[Finding]:
        pages = {page.at.source: page for page in project.all(Page)}
        folders = {posixpath.dirname(source) for source in pages}
        for runbook in project.all(Runbook):
            for link in runbook.page.links:
                problem = _problem(link.target.value, runbook.at.source, pages, folders)
                if problem is not None:
                    yield self.finding(problem, runbook.place(link.target), help="correct the path or the anchor")
        if project.web is not None:
            yield from self._gone(project, project.web)

    def _gone(self, project: Project, web: Web) -> Iterator[Finding]:
        """Addresses of runbooks, and of alerts to their runbooks, of which the server says that there is nothing."""
        places: list[tuple[Node, Text]] = [
            (runbook, link.target) for runbook in project.all(Runbook) for link in runbook.page.links
        ]
        links = ((alert, link_of(alert)) for alert in project.all(AlertingRule))
        places += [(alert, link.value) for alert, link in links if link is not None]
        gone = web.gone(text.value for _, text in places)
        for node, text in places:
            if text.value in gone:
                yield self.finding(
                    f"`{text.value}` does not exist: its server says so",
                    node.place(text),
                    help="correct the address",
                )

    examples = (
        Bad(
            _PAGE,
            path="runbooks/api-slow.md",
            files={"runbooks/api-is-down.md": "# ApiDown\n\n## Impact\n\nUsers leave.\n"},
            at="api-down.md#impact",
        ),
        Bad(
            _PAGE,
            path="runbooks/api-slow.md",
            files={"runbooks/api-down.md": "# ApiDown\n\n## Symptom\n\nUsers leave.\n"},
            at="api-down.md#impact",
        ),
        Good(
            _PAGE,
            path="runbooks/api-slow.md",
            files={"runbooks/api-down.md": "# ApiDown\n\n## Impact\n\nUsers leave.\n"},
        ),
    )


def _problem(target: str, source: str, pages: Mapping[str, Page], folders: set[str]) -> str | None:
    if re.match(r"[a-z][a-z0-9+.-]*:|//|/|\{", target, re.I):
        return None
    address, _, anchor = unquote(target).partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), address)) if address else source
    if not path.endswith(".md") or posixpath.dirname(path) not in folders:
        return None
    if path not in pages:
        return f"there is no page `{address}`"
    if anchor and anchor.lower() not in {section.anchor for section in pages[path].sections}:
        return f"`{address or 'this page'}` has no heading `#{anchor}`"
    return None
