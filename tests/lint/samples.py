"""Rules and requests for tests of the engine, which knows no rule by name."""

from collections.abc import Iterator
from datetime import date

from obsaudit.lint import Edit, Finding, Fix, Position, Region, Rule, Severity
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.nodes import AlertingRule
from obsaudit.lint.project import Project
from obsaudit.lint.run import Request
from obsaudit.rules import ALL

META = tuple(rule for rule in ALL if rule.id.startswith("meta/") and not rule.needs_all)
TODAY = date(2026, 11, 23)

ALERT = "- alert: {}\n  expr: up == 0\n"


class Flagged(Rule):
    """Flags every alert whose name begins with `Bad`."""

    id = "test/flagged"
    summary = "alert is bad"
    severity = Severity.WARNING

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.name.value.startswith("Bad"):
            yield self.finding(f"`{alert.name.value}` is bad", alert.at)


class Renamed(Rule):
    """Renames `Old` to `New`, safely, and inserts a `for` below, unsafely."""

    id = "test/renamed"
    summary = "alert has its old name"
    severity = Severity.WARNING

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.name.value.startswith("Old"):
            edit = alert.name.edit(0, 3, "New")
            yield self.finding("old name", alert.at, fix=Fix("rename it", (edit,)))
        if alert.for_ is None:
            below = Position(alert.at.region.start.line + 1, 1)
            edit = Edit(alert.at.source, Region(below, below), "  for: 5m\n")
            yield self.finding("no `for`", alert.at, fix=Fix("wait", (edit,), safe=False))


class Crashing(Rule):
    """Raises at an alert called `Boom`, after one finding."""

    id = "test/crashing"
    summary = "raises"
    severity = Severity.INFO

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.name.value == "Boom":
            yield self.finding("before it raised", alert.at)
            raise KeyError("no such\nkey")


class Lonely(Rule):
    """Flags a project with a single alert: a rule that needs all files."""

    id = "test/lonely"
    summary = "there is only one alert"
    severity = Severity.WARNING

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.all(AlertingRule)
        if len(alerts) == 1:
            yield self.finding("only one", alerts[0].at)


def write(folder, **files):
    """Files by name, `__` for a slash and a dot before the ending that is given as `_yml`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yml", ".yml").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


FLAGGED = Flagged()


def request(folder, *paths, rules=(FLAGGED,), config=None, cache=None, cwd=None, **more):
    """A run over a folder, of some rules and those about the run itself."""
    return Request(
        paths=paths or ["."],
        config=config or Config(root=folder),
        rules=(*rules, *META),
        cwd=cwd or folder,
        today=TODAY,
        cache=cache or Cache(None, ""),
        **more,
    )


def told(findings):
    """Findings as `rule source:line`."""
    return [f"{one.rule} {one.at.source}:{one.at.region.start.line if one.at.region else '-'}" for one in findings]
