"""`retention/below-policy`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import RetentionSetting, Store
from ...lint.telemetry.duration import spell
from ._policy import COMPOSE, LOKI, POLICY, TEMPO, asked, lengths

_PROMETHEUS_TIERS = ("hot", "metrics")


class BelowPolicy(Rule):
    """
    Flags systems that are told to delete telemetry before the policy allows it.

    **Why.**
    The policy says 90 days of errors for the auditor, Loki deletes them after seven.
    It is noticed when somebody asks, and then they are gone.

    **Instead.**
    Keep at least what the policy says: `retention_stream` for the levels that live longer,
    `--storage.tsdb.retention.time` for `hot` metrics, `block_retention` for traces.

    Compared are `hot` with Prometheus, `traces` with Tempo, the levels with what Loki does to their streams.
    Not flagged: a Prometheus that sends its samples on to another store, streams that are selected by more than
    their level, and anything without a policy (a `retention:` of tiers).
    """

    id = "retention/below-policy"
    summary = "deleted earlier than the policy allows"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.3",)
    about = (RetentionSetting,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        for one in asked(project):
            setting, kept = one.setting, one.setting.seconds
            if setting.value is None or kept is None or setting.also_remote:
                continue
            tiers = {
                name: tier
                for name, tier in one.tiers.items()
                if kept < (tier.seconds or 0) and (setting.store is not Store.PROMETHEUS or name in _PROMETHEUS_TIERS)
            }
            if tiers:
                yield self.finding(
                    f"{setting.store.value} keeps this for {spell(kept)}, and the policy asks for {lengths(tiers)}",
                    setting.at,
                    help="keep it for as long as the policy says, or change the policy",
                    related=[Related(tier.at, f"the policy: `{name}`") for name, tier in tiers.items()],
                )

    examples = (
        Bad(LOKI.replace("period: 90d", "period: 14d"), files={"retention.yml": POLICY}, at="14d"),
        Bad(TEMPO.replace("168h", "48h"), files={"retention.yml": POLICY}, at="48h"),
        Bad(COMPOSE.replace("30d", "15d"), files={"retention.yml": POLICY}, at="15d"),
        Good(LOKI, files={"retention.yml": POLICY}),
        Good(TEMPO, files={"retention.yml": POLICY}),
        Good(COMPOSE, files={"retention.yml": POLICY}),
        Good(LOKI, why="there is no policy"),
    )
