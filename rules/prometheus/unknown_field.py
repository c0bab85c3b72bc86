"""`prometheus/unknown-field`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import PrometheusConfig, ScrapeResource, Spelling, UnknownKey
from ...lint.record import replace
from ...lint.telemetry import vmagent
from ._samples import JOBS, MONITOR, WHOLE

# Keys that stand elsewhere in the file, or are no keys at all.
_BELONGS = {
    ("`global`", "storage"): "put it at the top of the file, beside `global`",
    ("`global`", "retention"): "start Prometheus with `--storage.tsdb.retention.time`",
    ("the configuration", "retention"): "start Prometheus with `--storage.tsdb.retention.time`",
    ("`tsdb`", "retention.time"): "nest it: `retention: {time: …}`, which Prometheus 3.8 reads, or use the flag",
    ("`tsdb`", "retention.size"): "nest it: `retention: {size: …}`, which Prometheus 3.8 reads, or use the flag",
    ("the configuration", "alertmanagers"): "put it below `alerting`",
    ("the configuration", "static_configs"): "put it into a job of `scrape_configs`",
    ("`scrape_configs`", "targets"): "put it below `static_configs`",
    ("`scrape_configs`", "labels"): "put it below `static_configs`, beside `targets`",
    ("`scrape_configs`", "evaluation_interval"): "rules have it, in `global` or as a group's `interval`",
}


class UnknownField(Rule):
    """
    Flags keys that Prometheus, or its operator, does not know, and says where they belong.

    **Why.**
    Prometheus refuses the whole file for one of them.
    A server that runs goes on with its old configuration, and the mistake shows at the next restart, when it does not
    come up.
    Of a ServiceMonitor, a PodMonitor, a Probe or a ScrapeConfig the cluster cuts such a key off in silence, unless the
    tool that sends it asks it not to: the relabelling that was meant to drop a million series is never done.

    **Instead.**
    Correct the spelling, or put the key where it belongs: `storage` stands at the top of the file and not below
    `global`.

    Keys of all versions up to 3.8 are known, and those of the operator up to 0.86, which writes them in another way:
    `metricRelabelings` and not `metric_relabel_configs`.
    A key that vmagent has, such as `stream_parse` or the `if` of relabelling, is worth an information only: it reads
    the same files, and takes what Prometheus refuses.
    Not flagged: the settings of most ways of discovering targets, of which not all are known here, and the files of
    tools that only look alike, such as promtail's.
    """

    id = "prometheus/unknown-field"
    summary = "key that Prometheus does not know"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1", "3.3")

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        for key in config.unknown:
            is_foreign = _is_of_vmagent(key, config)
            yield self.finding(
                f"{key.where} has no key `{key.text.value}`" + (", unless vmagent reads it" if is_foreign else ""),
                config.place(key.text),
                help="leave it out where Prometheus reads this file" if is_foreign else _cure(key),
                severity=Severity.INFO if is_foreign else None,
            )

    def check_scrape_resource(self, resource: ScrapeResource) -> Iterator[Finding]:
        for key in resource.unknown:
            yield self.finding(
                f"{key.where} has no key `{key.text.value}`",
                resource.place(key.text),
                help=_resource_cure(key, resource.spelling),
            )

    examples = (
        Bad(
            """\
global:
  storage:
    tsdb:
      retention.time: 7d
""",
            at="storage",
            why="as in a checklist that went round",
        ),
        Bad(WHOLE.replace("scrape_interval", "scrap_interval"), at="scrap_interval"),
        Bad(WHOLE.replace("static_configs:\n      - targets: [api:9464]", "targets: [api:9464]"), at="targets"),
        Bad(
            MONITOR + "      metric_relabel_configs: [{regex: pod_template_hash, action: labeldrop}]\n",
            at="metric_relabel_configs",
            why="as Prometheus calls it, and the operator does not",
        ),
        Bad(MONITOR.replace("      interval: 30s", "      sampleLimit: 5000"), at="sampleLimit"),
        Bad(
            WHOLE
            + "    metric_relabel_configs: [{if: '{job=\"api\"}', regex: pod_template_hash, action: labeldrop}]\n",
            at="if",
            why="vmagent's; an information only",
        ),
        Good(MONITOR + "      metricRelabelings: [{regex: pod_template_hash, action: labeldrop}]\n"),
        Bad(
            JOBS.replace("static_configs:\n    - targets: [api:9464]", "targets: [api:9464]"),
            at="targets",
            why="a list that the operator takes over as it is",
        ),
        Good(JOBS),
        Good(WHOLE),
        Good(
            """\
server: {http_listen_port: 9080}
positions: {filename: /tmp/positions.yaml}
scrape_configs:
  - job_name: logs
    pipeline_stages: []
""",
            why="promtail's",
        ),
    )


# The parts of the operator's resources, as messages call them.
_BESIDE = {"`endpoints`": "endpoints", "`podMetricsEndpoints`": "podMetricsEndpoints"}
_OF_SPEC = frozenset(
    "sampleLimit targetLimit labelLimit labelNameLengthLimit labelValueLengthLimit keepDroppedTargets bodySizeLimit"
    " jobLabel targetLabels podTargetLabels selector namespaceSelector scrapeProtocols scrapeClass".split()
)
_OF_ENDPOINTS = frozenset(
    "interval scrapeTimeout path port scheme relabelings metricRelabelings honorLabels tlsConfig basicAuth".split()
)


def _is_of_vmagent(key: UnknownKey, config: PrometheusConfig) -> bool:
    name, where = key.text.value, key.where.strip("`")
    if where in vmagent.RELABELLING:
        # `labels` alone is a key that stands in the wrong place.
        others = {one.text.value for one in config.unknown}
        return name == "if" or (name in vmagent.STEP_KEYS and vmagent.STEP_KEYS - {"if"} <= others)
    return name in vmagent.JOB_KEYS or (where == "global" and name in vmagent.RELABELLING)


def _resource_cure(key: UnknownKey, spelling: Spelling) -> str:
    if spelling is Spelling.PROMETHEUS:
        return _cure(replace(key, where="`scrape_configs`"))
    own = spelling.of(key.text.value)
    return f"here it is called `{own}`" if own in key.known else _operator_cure(key)


def _operator_cure(key: UnknownKey) -> str:
    name = key.text.value
    if key.where in _BESIDE and name in _OF_SPEC:
        return f"put it into `spec`, beside `{_BESIDE[key.where]}`"
    if "endpoints" in key.known and name in _OF_ENDPOINTS:
        return "put it into an element of `endpoints`"
    if "podMetricsEndpoints" in key.known and name in _OF_ENDPOINTS:
        return "put it into an element of `podMetricsEndpoints`"
    near = get_close_matches(name, sorted(key.known), n=1, cutoff=0.75)
    return f"did you mean `{near[0]}`?" if near else "see the API reference of the operator"


def _cure(key: UnknownKey) -> str:
    where = f"`{key.where.strip('`')}`" if key.where.startswith("`") else key.where
    belongs = _BELONGS.get((where, key.text.value))
    if belongs is not None:
        return belongs
    near = get_close_matches(key.text.value, sorted(key.known), n=1, cutoff=0.75)
    return f"did you mean `{near[0]}`?" if near else "see the configuration page of Prometheus' documentation"
