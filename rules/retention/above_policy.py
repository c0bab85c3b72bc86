"""`retention/above-policy`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import RetentionSetting, Store
from ...lint.telemetry.duration import spell
from ._policy import COMPOSE, LOKI, POLICY, TEMPO, asked, lengths


class AbovePolicy(Rule):
    """
    Flags systems that are told to keep telemetry for longer than the policy says.

    **Why.**
    Debug logs that live as long as errors are most of the bill, and what is kept too long may be a breach of a promise
    to those whom it is about.

    **Instead.**
    Let each level end with its own `retention_stream`, traces with `block_retention`, metrics with
    `--storage.tsdb.retention.time`.

    Prometheus cannot thin out what is old, so it is compared with the longest tier of metrics.
    Not flagged: streams that are selected by more than their level, and anything without a policy.
    """

    id = "retention/above-policy"
    summary = "kept for longer than the policy says"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.3",)
    about = (RetentionSetting,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        for one in asked(project):
            setting, kept = one.setting, one.setting.seconds
            if setting.value is None or kept is None:
                continue
            tiers = {name: tier for name, tier in one.tiers.items() if kept > (tier.seconds or math.inf)}
            if not tiers or (setting.store is Store.PROMETHEUS and len(tiers) < len(one.tiers)):
                continue
            length = "forever" if math.isinf(kept) else f"for {spell(kept)}"
            yield self.finding(
                f"{setting.store.value} keeps this {length}, and the policy says {lengths(tiers)}",
                setting.at,
                help="delete it when the policy says so, or change the policy",
                related=[Related(tier.at, f"the policy: `{name}`") for name, tier in tiers.items()],
            )

    examples = (
        Bad(LOKI.replace("period: 3d", "period: 7d"), files={"retention.yml": POLICY}, at="7d"),
        Bad(TEMPO.replace("168h", "336h"), files={"retention.yml": POLICY}, at="336h"),
        Bad(COMPOSE.replace("30d", "1y"), files={"retention.yml": POLICY}, at="1y"),
        Good(LOKI, files={"retention.yml": POLICY}),
        Good(COMPOSE.replace("30d", "90d"), files={"retention.yml": "retention: {hot: 30d, cold: 90d}\n"}),
    )
