"""`prometheus/no-alertmanager`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import PrometheusConfig
from ._samples import WHOLE


class NoAlertmanager(Rule):
    """
    Flags configurations that load rules and know no Alertmanager.

    **Why.**
    Alerts fire, show on a page that nobody has open, and notify nobody.

    **Instead.**
    Name Alertmanager below `alerting.alertmanagers`.

    Not flagged: a server whose rules only record, as far as its files are here, and fragments in documents.
    """

    id = "prometheus/no-alertmanager"
    summary = "alerts have nowhere to go"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1", "1.2")

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        if not config.rule_files or config.alertmanagers or not config.is_whole:
            return
        # Files of this name hold recordings by convention: that they hold alerts is not known.
        if all("record" in pattern.value.lower() for pattern in config.rule_files):
            return
        yield self.finding(
            "rules are loaded, and there is no Alertmanager to send alerts to",
            config.place(config.rule_files[0]),
            help="add `alerting: {alertmanagers: […]}`",
        )

    examples = (
        Bad(
            """\
global: {scrape_interval: 15s}
rule_files: [alerts/*.yml]
scrape_configs: []
""",
            at="alerts/*.yml",
        ),
        Good(WHOLE),
        Good("global: {scrape_interval: 15s}\nrule_files: [recordings/*.yml]\nscrape_configs: []\n"),
        Good("rule_files: [alerts/*.yml]\n", why="a fragment"),
    )
