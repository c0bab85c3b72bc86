"""See `NotLoaded`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Related, Severity, Skipped, Table
from ...lint.nodes import AlertmanagerConfig
from ...lint.project import Project
from ..alertmanager import Routing
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..errors import Unsupported
from ..live import Live
from ._examples import STATUS, running

_FILE = """\
route: {receiver: oncall}
receivers:
  - name: oncall
    pagerduty_configs: [{routing_key_file: /etc/key}]
    slack_configs: [{channel: '#alerts'}]
  - name: team
    email_configs: [{to: team@example.org}]
"""


class NotLoaded(Auditor):
    """
    Flags an Alertmanager that runs with other receivers than the repository's file has.

    **Why.**
    The pull request that adds PagerDuty is merged, and Alertmanager was not reloaded, or has another file: pages go to
    a channel that nobody reads at night.

    **Instead.**
    Reload it (`POST /-/reload`) and look at its log, or bring what was changed there into the repository.

    Names of receivers, how each notifies, and the receiver of the root are compared; addresses and keys are not:
    Alertmanager does not tell them.
    Of several files that one is compared which has most receivers in common; where none has one, they are another
    Alertmanager's, and that is said to be unknown.
    It does not judge files in documents, nor those that others add to.
    """

    id: ClassVar[str] = "routing/not-loaded"
    summary: ClassVar[str] = "Alertmanager runs with other receivers than the repository's"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.2",)
    costs_queries: ClassVar[bool] = False

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the receivers of both."""
        own = [config for config in project.all(AlertmanagerConfig) if _whole(config)]
        if not own:
            return
        there = live.routing()
        nearest = max(own, key=lambda config: len(_kinds(config).keys() & there.receivers.keys()))
        if not _kinds(nearest).keys() & there.receivers.keys():
            yield Skipped(self.id, "Alertmanager has no receiver of the repository: it may be another one")
            return
        for subject, difference in _differences(nearest, there):
            yield self.finding(
                difference,
                live.place(subject),
                help="reload Alertmanager, or bring what was changed there into the repository",
                related=[Related(nearest.at, "the file in the repository")],
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="one does not page, one is not there, one is in no file, and the root is another",
            text=_FILE,
            path="alertmanager.yml",
            answers={STATUS: running("old", oncall=["slack"], old=["webhook"])},
            subjects=("receiver oncall", "receiver team", "receiver old", "route"),
        ),
        Holds(
            text=_FILE,
            path="alertmanager.yml",
            answers={STATUS: running("oncall", oncall=["pagerduty", "slack"], team=["email"])},
        ),
        Holds(why="the repository has no configuration"),
        Unknown(
            text=_FILE, path="alertmanager.yml", answers={STATUS: running("x", x=["email"])}, because="another one"
        ),
        Unknown(
            text=_FILE,
            path="alertmanager.yml",
            answers={STATUS: Unsupported("no Alertmanager is known")},
            because="no Alertmanager is known",
        ),
    )


def _whole(config: AlertmanagerConfig) -> bool:
    """Whether it says all there is: no other file adds to it, and no template fills in a name."""
    return not config.partial and not any("{" in one.name.value for one in config.receivers)


def _kinds(config: AlertmanagerConfig) -> dict[str, tuple[str, ...]]:
    return {one.name.value: tuple(sorted(one.kinds)) for one in config.receivers}


def _differences(config: AlertmanagerConfig, there: Routing) -> Iterator[tuple[str, str]]:
    here = _kinds(config)
    for name in here:
        if name not in there.receivers:
            yield f"receiver {name}", f"Alertmanager has no receiver `{name}`, and the repository has one"
        elif here[name] != there.receivers[name]:
            by, wanted = _ways(there.receivers[name]), _ways(here[name])
            yield f"receiver {name}", f"receiver `{name}` notifies by {by} there, and by {wanted} in the repository"
    for name in there.receivers:
        if name not in here:
            yield f"receiver {name}", f"Alertmanager has a receiver `{name}` that is not in the repository"
    root = config.route.target if config.route is not None else None
    if root != there.root:
        yield "route", f"what no route matches goes to `{there.root}` there, and to `{root}` in the repository"


def _ways(kinds: tuple[str, ...]) -> str:
    return ", ".join(kinds) or "nothing"
