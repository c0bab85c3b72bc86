"""`dashboards/unknown-variable`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Dashboard
from ._samples import dashboard

# grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#global-variables, and the old spellings.
_GLOBAL = frozenset({"timeFilter", "interval_ms", "timezone"})


class UnknownVariable(Rule):
    """
    Flags queries, titles and datasources that mention a variable which the dashboard does not define.

    **Why.**
    Grafana leaves what it does not know as it is: the query asks for a label with the value `$instance`, and the
    panel is empty without an error.

    **Instead.**
    Define the variable, or correct its name.

    Not flagged: Grafana's own variables (`$__…`), inputs of an import, and `$` before a digit, which belongs to
    `label_replace`.
    """

    id = "dashboards/unknown-variable"
    summary = "variable is not defined"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.1",)

    def check_dashboard(self, dashboard: Dashboard) -> Iterator[Finding]:
        known = {variable.name.value for variable in dashboard.variables} | set(dashboard.inputs) | _GLOBAL
        reported: set[str] = set()
        for mention in dashboard.mentions:
            if mention.name in known or mention.name.startswith("__") or mention.name in reported:
                continue
            if mention.name[0].isdigit():
                continue
            reported.add(mention.name)
            near = difflib.get_close_matches(mention.name, sorted(known), n=1)
            yield self.finding(
                f"variable `{mention.name}` is not defined in this dashboard",
                dashboard.place(mention.text),
                help=f"did you mean `${near[0]}`?" if near else "define it, or write its value",
            )

    examples = (
        Bad(
            dashboard(
                '"type": "stat", "title": "Up", "targets": [{"expr": "up{instance=~\\"$instnace\\"}"}]',
                variables='{"name": "instance", "type": "query"}',
            ),
            path="api.json",
            at="$instnace",
        ),
        Good(
            dashboard(
                '"type": "stat", "title": "Up ${instance}",'
                ' "targets": [{"expr": "rate(up{instance=~\\"[[instance]]\\"}[$__rate_interval])"}]',
                variables='{"name": "instance", "type": "query"}',
            ),
            path="api.json",
        ),
    )
