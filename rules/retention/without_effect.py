"""`retention/without-effect`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import RetentionSetting
from ._policy import COMPOSE, LOKI, TEMPO


class WithoutEffect(Rule):
    """
    Flags settings of a retention that delete nothing, or keep the system from starting.

    **Why.**
    The file says seven days, so everybody believes in seven days.
    Loki ignores `retention_period` until its compactor is told to delete, Prometheus knows no `storage` below `global`,
    and Tempo does not start with `7d`, because Go's durations end at the hour.

    **Instead.**
    | system | what it needs |
    | --- | --- |
    | Prometheus | the flag `--storage.tsdb.retention.time`, or in recent versions `storage.tsdb.retention.time` |
    | Loki | `limits_config.retention_period` and `compactor.retention_enabled`; `delete_request_store` since 3.0 |
    | Tempo | `compactor.compaction.block_retention`, in hours |

    Not flagged: fragments whose other half may stand elsewhere, and values that are filled in later (`${RETENTION}`).
    """

    id = "retention/without-effect"
    summary = "retention that is ignored or refused"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.3",)

    def check_retention(self, setting: RetentionSetting) -> Iterator[Finding]:
        if setting.problem is not None:
            yield self.finding(f"`{setting.name}`: {setting.problem}", setting.at, help=setting.cure)

    examples = (
        Bad(LOKI.replace("retention_enabled: true", "working_directory: /loki"), at="7d"),
        Bad(LOKI.replace("v12", "v13"), at="true"),
        Bad(LOKI.replace("period: 3d", "period: 3h"), at="3h"),
        Bad("table_manager:\n  retention_period: 336h\n", path="loki.yml", at="336h"),
        Bad(TEMPO.replace("168h", "7d"), at="7d"),
        Bad(
            "backend_worker:\n  compaction:\n    block_retention: 168h\n    compaction_cycle: 30s\n",
            path="tempo.yml",
            at="30s",
        ),
        Bad(
            "global:\n  scrape_interval: 15s\n  storage:\n    tsdb:\n      retention.time: 7d\nrule_files: []\n",
            path="prometheus.yml",
            at="7d",
        ),
        Bad(COMPOSE.replace("retention.time", "retention"), at="30d"),
        Bad(COMPOSE.replace("30d", "30days"), at="30days"),
        Good(LOKI),
        Good(LOKI.replace("v12", "v13") + "  delete_request_store: s3\n"),
        Good(TEMPO),
        Good(COMPOSE),
        Good(
            "global:\n  scrape_interval: 15s\nstorage:\n  tsdb:\n    retention:\n      time: 30d\n",
            path="prometheus.yml",
        ),
        Good("limits_config:\n  retention_period: 7d\n", why="a fragment: the compactor may be told elsewhere"),
    )
