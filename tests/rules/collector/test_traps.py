"""The table of traps in docs/collector.md: each row is found, by the rules that it names."""

import re
from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, RuleSettings
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

PAGE = Path(__file__).parents[3] / "docs" / "collector.md"
RULES = tuple(rule for rule in ALL if rule.id.startswith(("collector/", "prometheus/")))


def sampler(*policies, **settings):
    """A tail sampler with some policies in flow style."""
    head = "".join(f"    {key}: {value}\n" for key, value in settings.items())
    return f"processors:\n  tail_sampling:\n{head}    policies:\n" + "".join(f"      - {{{one}}}\n" for one in policies)


def whole(order="memory_limiter, batch", *, signal="traces", receivers="otlp", exporters="otlp_grpc", **sections):
    """A configuration without a fault but for what is handed in, a section a keyword."""
    parts = {
        "receivers": "{otlp: {protocols: {grpc: {endpoint: 0.0.0.0:4317}}}}",
        "processors": "{memory_limiter: {check_interval: 1s, limit_percentage: 80}, batch: {}}",
        "exporters": "{otlp_grpc: {endpoint: tempo:4317}}",
        **sections,
    }
    service = f"{{receivers: [{receivers}], processors: [{order}], exporters: [{exporters}]}}"
    text = "".join(f"{key}: {value}\n" for key, value in parts.items())
    return f"{text}service:\n  pipelines:\n    {signal}: {service}\n"


LIMITER = "memory_limiter: {check_interval: 1s, limit_percentage: 80}, batch: {}"
ERRORS = "name: errors, type: status_code, status_code: {status_codes: [ERROR]}"
TENTH = "name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}"
SAMPLER = f"tail_sampling: {{policies: [{{{ERRORS}}}, {{name: slow, type: latency, latency: {{threshold_ms: 1000}}}}]}}"
COMPOSITE = (
    "name: c, type: composite, composite: {{policy_order: {order}, composite_sub_policy: [{{"
    + ERRORS.replace("{", "{{").replace("}", "}}")
    + "}}, {{name: rest, type: always_sample}}], rate_allocation: [{shares}]}}"
)
REPLICAS = (
    "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\n"
    "spec:\n  replicas: 3\n  mode: deployment\n  config:\n"
)


def resource(config):
    """The configuration in a resource with several replicas."""
    return REPLICAS + "".join(f"    {line}\n" for line in config.splitlines())


def transform(operation):
    """A transform of metrics."""
    return f"processors:\n  metrics_transform:\n    transforms:\n      - {{{operation}}}\n"


def operation(text):
    """A transform with one operation."""
    return transform(f"include: a, action: update, operations: [{{{text}}}]")


BALANCER = (
    "exporters:\n  load_balancing: {{protocol: {{otlp: {{{otlp}}}}}, routing_key: {key}, resolver: {{{resolver}}}}}\n"
)
K8S = "k8s: {service: gateway.monitoring}"


def balancing(key, signal="traces", **extra):
    """A pipeline that hands on to a balancer."""
    text = BALANCER.format(otlp=extra.get("otlp", ""), key=key, resolver=extra.get("resolver", K8S))
    service = f"service:\n  pipelines:\n    {signal}: {{receivers: [otlp], exporters: [load_balancing]}}\n"
    return "receivers: {otlp: {}}\n" + text + service


FORWARDED = whole(
    "memory_limiter, tail_sampling",
    processors=f"{{{LIMITER}, {SAMPLER}}}",
    exporters="span_metrics, otlp_grpc",
    connectors="{span_metrics: {}}",
).replace("tempo:4317}}", "tempo:4317}, debug: {}}")
FORWARDED += "    metrics: {receivers: [span_metrics], exporters: [debug]}\n"

TAIL = whole("memory_limiter, tail_sampling", processors=f"{{{LIMITER}, {SAMPLER}}}")

TRAPS = {
    "`string_attribute` with a glob": [
        (
            sampler("name: a, type: string_attribute, string_attribute: {key: op, values: ['billing.*']}"),
            "glob-as-literal",
        )
    ],
    "regular expression that is not anchored": [
        (
            sampler(
                "name: a, type: string_attribute,"
                " string_attribute: {key: p, values: [val*], enabled_regex_matching: true}"
            ),
            "unanchored-regex",
        )
    ],
    "policy's type and block differ": [(sampler("name: slow, type: latency"), "policy-block-mismatch")],
    "`probabilistic` without": [
        (sampler("name: tenth, type: probabilistic"), "samples-nothing"),
        (sampler("name: few, type: rate_limiting, rate_limiting: {spans_per_second: 0}"), "samples-nothing"),
    ],
    "`boolean_attribute` without `value`": [
        (sampler("name: a, type: boolean_attribute, boolean_attribute: {key: force}"), "samples-nothing")
    ],
    "`numeric_attribute` with `min_value` only": [
        (sampler("name: a, type: numeric_attribute, numeric_attribute: {key: s, min_value: 500}"), "samples-nothing")
    ],
    "part of a composite policy without a share": [
        (
            sampler(COMPOSITE.format(order="[errors, rest]", shares="{policy: errors, percent: 50}")),
            "samples-nothing",
        )
    ],
    "`policy_order` that is not": [
        (
            sampler(
                COMPOSITE.format(
                    order="[rest, errors]", shares="{policy: errors, percent: 50}, {policy: rest, percent: 50}"
                )
            ),
            "ignored-setting",
        )
    ],
    "`always_sample`, or a status": [
        (sampler(ERRORS, "name: all, type: always_sample"), "sampling-not-reduced"),
        (sampler("name: k, type: status_code, status_code: {status_codes: [ERROR, UNSET]}"), "sampling-not-reduced"),
    ],
    "inverted match at the top": [
        (
            sampler("name: a, type: string_attribute, string_attribute: {key: t, values: [x], invert_match: true}"),
            "deprecated-component",
        )
    ],
    "`num_traces` below": [
        (sampler(ERRORS, num_traces=1000, expected_new_traces_per_sec=500), "decision-wait-too-short")
    ],
    "decision cache no larger": [
        (sampler(ERRORS, decision_cache="{sampled_cache_size: 1000}"), "decision-wait-too-short")
    ],
    "latency threshold above": [
        (
            sampler("name: s, type: latency, latency: {threshold_ms: 20000}", decision_wait="10s"),
            "decision-wait-too-short",
        )
    ],
    "errors, slow or critical traces": [
        (sampler("name: s, type: latency, latency: {threshold_ms: 1000}", TENTH), "errors-not-kept"),
        (sampler(ERRORS, TENTH), "slow-not-kept"),
        (sampler(ERRORS, TENTH), "critical-not-kept"),
    ],
    "`batch` before a sampler": [
        (whole("memory_limiter, batch, tail_sampling", processors=f"{{{LIMITER}, {SAMPLER}}}"), "processor-order")
    ],
    "`k8s_attributes` after": [
        (
            whole("memory_limiter, batch, k8s_attributes", processors=f"{{{LIMITER}, k8s_attributes: {{}}}}"),
            "processor-order",
        )
    ],
    "`memory_limiter` not first": [
        (whole("batch, memory_limiter"), "processor-order"),
        (whole("tail_sampling", processors=f"{{{SAMPLER}}}"), "missing-memory-limiter"),
    ],
    "`memory_limiter` without `check_interval`": [
        (whole(processors="{memory_limiter: {limit_percentage: 80}, batch: {}}"), "invalid-value")
    ],
    "spike no less than the limit": [
        (
            whole(processors="{memory_limiter: {check_interval: 1s, limit_mib: 4, spike_limit_mib: 4}, batch: {}}"),
            "invalid-value",
        ),
        (
            whole(processors="{memory_limiter: {check_interval: 1s, limit_mib: 4, limit_percentage: 80}, batch: {}}"),
            "ignored-setting",
        ),
    ],
    "tail sampling in several replicas": [
        (
            resource(TAIL),
            "split-traces",
        )
    ],
    "load balancing by `service`": [(f"{TAIL}---\n{balancing('service')}", "split-traces")],
    "metrics balanced by trace id": [(balancing("traceID", "metrics"), "colliding-series")],
    "load balancer with an `endpoint`": [
        (balancing("traceID", otlp="endpoint: tempo:4317"), "ignored-setting"),
    ],
    "span metrics and service graphs": [(FORWARDED, "metrics-after-sampling")],
    "dimensions without end": [
        ("connectors:\n  span_metrics: {dimensions: [{name: url.full}, {name: user.id}]}\n", "identifier-dimension")
    ],
    "connector at one end only": [
        (whole(exporters="forward", connectors="{forward: {}}"), "undefined-reference"),
    ],
    "reference to what is not configured": [
        (whole("memory_limiter, bacth"), "undefined-reference"),
        (whole("memory_limiter, batch, batch"), "undefined-reference"),
        (whole(receivers=""), "invalid-value"),
    ],
    "component or extension that nothing uses": [(whole("memory_limiter"), "unused-component")],
    "`delete_label_value` to remove": [(operation("action: delete_label_value, label: user_id"), "useless-delete")],
    "pattern in `include`": [(transform("include: app_.*, action: update, new_name: x"), "useless-delete")],
    "`metrics_transform` without": [(transform("include: a, action: insert"), "invalid-value")],
    "aggregation without a type": [
        (operation("action: aggregate_labels, label_set: [b]"), "ignored-setting"),
        (operation("action: update_label, label: b"), "ignored-setting"),
    ],
    "`$FOO` without braces": [("exporters:\n  otlp_grpc: {endpoint: $TEMPO_HOST:4317}\n", "bad-substitution")],
    "`filter` conditions that say": [
        (
            "processors:\n  filter: {logs: {log_record: ['severity_number >= SEVERITY_NUMBER_ERROR']}}\n",
            "inverted-filter",
        )
    ],
    "`include` and `exclude` of `filter`": [
        (
            "processors:\n  filter: {metrics: {exclude: {match_type: strict, metric_names: [a]}}}\n",
            "deprecated-component",
        )
    ],
    "look-around and back references": [
        (
            sampler(
                "name: a, type: string_attribute, string_attribute: {key: r, values: ['^/(?!live).*$'],"
                " enabled_regex_matching: true}"
            ),
            "invalid-value",
        )
    ],
    "attribute of metrics deleted": [
        (
            whole(
                "memory_limiter, attributes, batch",
                signal="metrics",
                processors=f"{{{LIMITER}, attributes: {{actions: [{{key: pod, action: delete}}]}}}}",
            ),
            "colliding-series",
        )
    ],
    "`metadata_keys`": [
        (whole(processors=f"{{{LIMITER.replace('batch: {}', 'batch: {metadata_keys: [tenant]}')}}}"), "ignored-setting")
    ],
    "`resource_to_telemetry_conversion`": [
        (
            "exporters:\n  prometheus_remote_write:\n    resource_to_telemetry_conversion: {enabled: true}\n",
            "resource-to-label",
        )
    ],
    "`sending_queue` of": [
        ("exporters:\n  prometheus_remote_write: {endpoint: http://mimir, sending_queue: {}}\n", "unknown-field")
    ],
    "`storage` or `authenticator`": [
        (
            whole(extensions="{file_storage: {directory: /var/lib/otelcol}}").replace(
                "tempo:4317}", "tempo:4317, sending_queue: {storage: file_storage}}"
            ),
            "undefined-reference",
        )
    ],
    "sizes of batches and queues": [
        (
            whole(
                processors="{memory_limiter: {check_interval: 1s, limit_percentage: 80},"
                " batch: {send_batch_size: 8192, send_batch_max_size: 1000}}"
            ),
            "invalid-value",
        ),
        ("exporters:\n  otlp: {batcher: {enabled: true}}\n", "unknown-field"),
    ],
    "`batch` before an exporter": [
        (
            whole().replace("tempo:4317}", "tempo:4317, sending_queue: {batch: {min_size: 1000}}}"),
            "ignored-setting",
        )
    ],
    "gRPC on 4318": [
        ("exporters:\n  otlp_grpc: {endpoint: tempo:4318}\n", "wrong-endpoint"),
        ("exporters:\n  otlp_http: {endpoint: http://tempo:4318/v1/traces}\n", "wrong-endpoint"),
    ],
    "receiver on `localhost`": [(resource(whole().replace("0.0.0.0", "localhost")), "wrong-endpoint")],
    "`pprof` and `zpages`": [
        ("exporters: {debug: {}}\nextensions: {pprof: {endpoint: 0.0.0.0:1777}}\n", "exposed-endpoint"),
        ("exporters:\n  otlp_grpc: {endpoint: tempo:4317, tls: {insecure_skip_verify: true}}\n", "insecure-tls"),
        (
            "exporters:\n  otlp_http: {endpoint: https://x, headers: {Authorization: Bearer glc_eyJv}}\n",
            "plaintext-secret",
        ),
    ],
    "components and settings that were removed": [
        ("exporters:\n  jaeger: {endpoint: jaeger:14250}\n  debug: {}\n", "deprecated-component")
    ],
    "`debug` with all details": [
        (
            whole(exporters="otlp_grpc, debug").replace("tempo:4317}}", "tempo:4317}, debug: {verbosity: detailed}}"),
            "detailed-debug",
        )
    ],
    "`prometheus` receiver with its own jobs": [
        (
            resource(
                "receivers: {prometheus: {config: {scrape_configs: [{job_name: api}]}}}\n"
                "exporters: {prometheus_remote_write: {endpoint: http://mimir}}\n"
                "service: {pipelines: {metrics: {receivers: [prometheus], exporters: [prometheus_remote_write]}}}"
            ),
            "colliding-series",
        )
    ],
    "`groupbytrace` before": [
        (
            whole(
                "memory_limiter, groupbytrace, tail_sampling",
                processors=f"{{{LIMITER}, groupbytrace: {{}}, {SAMPLER}}}",
            ),
            "ignored-setting",
        )
    ],
    "`filter`, or a job": [],  # across files: tests/rules/prometheus/test_drops.py
}
"""The first words of each row, configurations that walk into the trap, and the rules that say so."""


def rows():
    """The rows of the table: the trap, and the rules that it names."""
    text = PAGE.read_text().partition("## Traps, and who finds them")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (.+?) \| (.+?) \|$", text, re.M)
    return [(trap, re.findall(r"`((?:prometheus/)?[a-z-]+)`", rules)) for trap, rules in cells[2:]]


def test_every_row_has_its_proof_and_no_proof_is_without_a_row():
    """
    The table says neither more nor less than what is tried here.
    """
    traps = [trap for trap, _ in rows()]

    assert [] == [trap for trap in traps if not any(trap.startswith(words) for words in TRAPS)]
    assert [] == [words for words in TRAPS if not any(trap.startswith(words) for trap in traps)]
    assert 40 <= len(traps)


CASES = [(words, text, rule) for words, cases in TRAPS.items() for text, rule in cases]


@pytest.mark.parametrize(("words", "text", "rule"), CASES, ids=[f"{words} {rule}" for words, _, rule in CASES])
def test_a_trap_is_found(tmp_path, words, text, rule):
    """
    The rule finds it, and the table names the rule.
    """
    (tmp_path / "collector.yaml").write_text(text)
    settings = {"collector/critical-not-kept": RuleSettings(options={"critical": {"operation": ("billing",)}})}
    request = Request(["."], Config(tmp_path, rules=settings), RULES, tmp_path, date(2026, 11, 27), Cache(None, ""))

    assert f"collector/{rule}" in {finding.rule for finding in run(request).shown}
    assert rule in next(rules for trap, rules in rows() if trap.startswith(words))
