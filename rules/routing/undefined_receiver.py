"""`routing/undefined-receiver`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import AlertmanagerConfig
from ...lint.telemetry.credentials import filled_in


class UndefinedReceiver(Rule):
    """
    Flags routes that name a receiver which the configuration does not define.

    **Why.**
    Alertmanager refuses the whole file, and goes on with the old one.
    The change that everybody believes to be live is not.

    **Instead.**
    Define the receiver under `receivers`, or name one that is there.

    Not flagged: a fragment without `receivers` in a document, Helm values that leave them to the chart, and names that
    a template fills in.
    """

    id = "routing/undefined-receiver"
    summary = "route names a receiver that does not exist"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.2",)

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        if config.route is None or (config.partial and not config.receivers):
            return
        names = {receiver.name.value: receiver.at for receiver in config.receivers}
        for route in config.route.walk():
            name = route.receiver
            if name is None or not name.value or name.value in names or filled_in(name.value):
                continue
            near = next(iter(get_close_matches(name.value, names, n=1, cutoff=0.7)), None)
            yield self.finding(
                f"receiver `{name.value}` is not defined",
                route.place(name),
                help=f"did you mean `{near}`?" if near else "define it under `receivers`",
                related=[Related(names[near], f"`{near}` is defined here")] if near else (),
            )

    examples = (
        Bad(
            """\
route:
  receiver: default
  routes:
    - matchers: [severity="critical"]
      receiver: pagerdutty
receivers:
  - name: default
  - name: pagerduty
""",
            at="pagerdutty",
        ),
        Bad(
            """\
apiVersion: v1
kind: Secret
metadata: {name: alertmanager-main}
stringData:
  alertmanager.yaml: |
    route:
      receiver: 'default'
    receivers:
      - name: slack
""",
            at="default",
        ),
        Good(
            """\
route:
  receiver: default
receivers:
  - name: default
"""
        ),
        Good(
            """\
alertmanager:
  config:
    route:
      receiver: "null"
      routes: []
""",
            why="the chart defines the receiver",
        ),
    )
