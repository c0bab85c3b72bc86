"""The runbooks of a repository, and which of them an alert's link means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from ..nodes import AlertingRule, Field, Runbook
from ..project import Project
from ..record import Record

ANNOTATIONS = ("runbook_url", "runbook", "runbookUrl", "runbook_link")


def key(name: str) -> str:
    """A name without what differs between an alert, a file and a URL: `ApiDown` is `api-down`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def link_of(alert: AlertingRule) -> Field | None:
    """The annotation that holds an alert's runbook."""
    return next((alert.annotations[name] for name in ANNOTATIONS if name in alert.annotations), None)


def keys_of(link: str, alert: AlertingRule) -> Iterator[str]:
    """What a link may call its page: its anchor, its last part."""
    spelt = re.sub(r"\{\{[^}]*\.?alertname[^}]*\}\}", alert.name.value, link)
    address, _, anchor = spelt.partition("#")
    if anchor:
        yield key(anchor)
    last = PurePosixPath(address.split("?")[0].rstrip("/")).name
    yield key(re.sub(r"\.(?:md|html?|adoc|rst)$", "", last))


class Shelf(Record):
    """The runbooks of a repository by every name they go by."""

    by_key: Mapping[str, Runbook]

    @classmethod
    def of(cls, project: Project) -> Shelf:
        """All runbooks of a run."""
        by_key: dict[str, Runbook] = {}
        for runbook in project.all(Runbook):
            for name in names_of(runbook):
                by_key.setdefault(name, runbook)
        return cls(by_key)

    def page_of(self, alert: AlertingRule) -> Runbook | None:
        """The page that an alert's link means, or the page about the alert where it has no link."""
        link = link_of(alert)
        keys = keys_of(link.value.value, alert) if link is not None else iter((key(alert.name.value),))
        return next((self.by_key[name] for name in keys if name in self.by_key), None)


def names_of(runbook: Runbook) -> Iterator[str]:
    """Every name that a page goes by, as keys: its file's, those of its alerts, those of its larger sections."""
    names = (PurePosixPath(runbook.at.source).stem, *runbook.alerts)
    anchors = (section.anchor for section in runbook.page.sections if section.level <= 2)
    return (key(name) for name in (*names, *anchors))


def place_of(link: str) -> str:
    """Where a link leads, without its last part: pages of one place are kept together."""
    address = link.split("#")[0].split("?")[0].rstrip("/")
    host = re.match(r"[a-z]+://[^/]+", address)
    return host[0] if host else address.rpartition("/")[0]


def file_of(link: str) -> str | None:
    """The folder and the file that a link names, where it names a file."""
    found = re.search(r"[\w.%+-]+/[\w.%+-]+\.(?:md|mdx|markdown|adoc|rst)$", link.split("#")[0].split("?")[0].strip())
    return found[0] if found else None


def leads_to(link: Field, page: Runbook) -> bool:
    """Whether a link names the very file of a page."""
    file = file_of(link.value.value)
    return file is not None and f"/{page.at.source}".endswith(f"/{file}")
