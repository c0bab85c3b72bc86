"""`alerts/runbook-not-found`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import AlertingRule
from ...lint.telemetry.shelf import Shelf, file_of, leads_to, link_of, place_of

_ALERTS = """\
- alert: ApiDown
  expr: up == 0
  annotations:
    runbook_url: https://wiki.example/runbooks/api-down
- alert: ApiSlow
  expr: latency > 1
  annotations:
    runbook_url: {}
"""
_PAGE = {"runbooks/api-down.md": "# ApiDown\n\n## Impact\n\nUsers leave.\n"}


class RunbookNotFound(Rule):
    """
    Flags alerts whose runbook link is no address, or leads to a page that the repository does not have.

    **Why.**
    The link is followed once, by somebody who was just woken up.

    **Instead.**
    Write the page, or correct the link.

    A page is found by its file's name, by the alert that it is about, or by an anchor of the link.
    One that lies elsewhere than the link says is shown: it was moved, or renamed.
    Not flagged: links to places where no alert of the repository has a page in it, since those pages live elsewhere;
    and links that are made by a template.
    """

    id = "alerts/runbook-not-found"
    summary = "runbook link leads nowhere"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.4",)
    needs_all = True
    about = (AlertingRule,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        shelf = Shelf.of(project)
        alerts = [
            (alert, link, shelf.page_of(alert))
            for alert in project.all(AlertingRule)
            if (link := link_of(alert)) is not None
        ]
        found = {place_of(link.value.value): page for _, link, page in alerts if page is not None}
        kept = {_folder(link.value.value) for _, link, page in alerts if page is not None and leads_to(link, page)}
        for alert, link, page in alerts:
            target = link.value.value.strip()
            if not _is_address(target):
                yield self.finding(
                    f"the runbook of `{alert.name.value}` is no address: `{target}`",
                    alert.place(link.value),
                    help="write the URL of the page, or its path",
                )
            elif page is None and place_of(target) in found and not _is_made(target):
                yield self.finding(
                    f"the repository has no runbook for `{alert.name.value}`",
                    alert.place(link.value),
                    help="write the page, or correct the link",
                    related=[Related(found[place_of(target)].at, "where other links to this place lead")],
                )
            elif page is not None and _folder(target) in kept and file_of(target) and not leads_to(link, page):
                yield self.finding(
                    f"the runbook of `{alert.name.value}` does not lie at `{file_of(target)}`",
                    alert.place(link.value),
                    help=f"link to `{page.at.source}`",
                    related=[Related(page.at, "it lies here")],
                )

    examples = (
        Bad(
            _ALERTS.format("https://wiki.example/runbooks/api-slow"),
            files=_PAGE,
            at="https://wiki.example/runbooks/api-slow",
        ),
        Bad(
            _ALERTS.format("https://github.com/shop/shop/blob/main/runbooks/api-slow.md").replace(
                "https://wiki.example/runbooks/api-down", "https://github.com/shop/shop/blob/main/runbooks/api-down.md"
            ),
            files={**_PAGE, "runbooks/api/latency.md": "# ApiSlow\n\n## Impact\n\nUsers wait.\n"},
            at="https://github.com/shop/shop/blob/main/runbooks/api-slow.md",
            why="the page was moved",
        ),
        Bad(_ALERTS.format("ask Lena"), files=_PAGE, at="ask Lena"),
        Good(
            _ALERTS.format("https://wiki.example/runbooks/api-slow"),
            files={**_PAGE, "runbooks/api-slow.md": "# Slow\n"},
        ),
        Good(_ALERTS.format("https://docs.vendor.example/alerts/slow"), files=_PAGE, why="another place"),
        Good(_ALERTS.format("https://wiki.example/runbooks/api-slow"), why="no page is kept in this repository"),
    )


def _is_address(target: str) -> bool:
    return not target or re.match(r"[a-z]+://\S+$|[\w./#{$-][^\s]*[./#][^\s]*$|.*\{\{", target, re.I) is not None


def _folder(target: str) -> str:
    """Where the file of a link lies."""
    return target.split("#")[0].split("?")[0].strip().rpartition("/")[0]


def _is_made(target: str) -> bool:
    """Whether a template makes the address from more than the alert's name."""
    return "{{" in re.sub(r"\{\{[^}]*alertname[^}]*\}\}", "", target)
