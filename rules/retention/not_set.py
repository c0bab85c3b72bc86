"""`retention/not-set`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import RetentionSetting, Store
from ...lint.telemetry.duration import spell
from ._policy import COMPOSE, POLICY, TEMPO, asked

_TIMELESS = COMPOSE.replace("      - --storage.tsdb.retention.time=30d\n", "")


class NotSet(Rule):
    """
    Flags systems that the policy speaks of and that are told nothing.

    **Why.**
    Then their default counts: 15 days in Prometheus, a day under its operator, 14 days in Tempo, and in Loki for ever.
    A default is nobody's decision, and changes with a version.

    **Instead.**
    Write down what the policy says: `--storage.tsdb.retention.time`, `limits_config.retention_period`,
    `compactor.compaction.block_retention`.

    Not flagged: a default that is what the policy asks for, a Prometheus that is limited by size, another that is told
    elsewhere in the repository, and anything without a policy.
    """

    id = "retention/not-set"
    summary = "the policy is not configured"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.3",)
    needs_all = True
    about = (RetentionSetting,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        told = {setting.store for setting in project.all(RetentionSetting) if setting.value is not None}
        for one in asked(project):
            setting = one.setting
            if setting.value is not None or (setting.store is Store.PROMETHEUS and setting.store in told):
                continue
            name, tier = next(iter(one.tiers.items()))
            if setting.seconds is None or setting.seconds == tier.seconds:
                continue
            kept = "deletes nothing" if math.isinf(setting.seconds) else f"keeps {spell(setting.seconds)} by default"
            yield self.finding(
                f"`{setting.name}` is not set: {setting.store.value} {kept}",
                setting.at,
                help="set it to what the policy says",
                related=[Related(tier.at, f"the policy: `{name}`")],
            )

    examples = (
        Bad(_TIMELESS, files={"retention.yml": POLICY}, at="prom/prometheus:v3.5.0"),
        Bad(TEMPO.partition("storage:")[1] + TEMPO.partition("storage:")[2], files={"r.yml": POLICY}, at="storage"),
        Bad("schema_config:\n  configs: []\nlimits_config: {}\n", files={"r.yml": POLICY}, at="schema_config"),
        Good(COMPOSE, files={"retention.yml": POLICY}),
        Good(_TIMELESS, files={"retention.yml": "retention:\n  hot: 15d\n"}, why="the default is what is asked for"),
        Good(_TIMELESS, why="there is no policy"),
    )
