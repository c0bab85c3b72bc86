"""
The checklist: 17 tasks in 5 phases with their acceptance criteria, and the definition of done.

A criterion that names rules is decided by files, one that names auditors by a live system, one that
names neither by people. Criteria are known by `TASK/NAME` in attestations.
"""

from __future__ import annotations

from ..lint.checklist import Criterion, Task

_ALERTING = "Alerting and incident management"
_MONITORING = "Monitoring and dashboards"
_OPTIMIZATION = "Optimization"
_DOCUMENTATION = "Documentation"
_ADVANCED = "Advanced features"

TASKS: tuple[Task, ...] = (
    Task(
        "1.1",
        "Alert rules",
        _ALERTING,
        (
            Criterion(
                "1.1/twenty-alerts",
                "20 or more alerts are defined",
                ("alerts/too-few-alerts",),
                needs=("AlertingRule",),
            ),
            Criterion(
                "1.1/critical-paths",
                "all critical paths are covered",
                ("alerts/uncovered-path",),
                needs=("AlertingRule",),
            ),
            Criterion(
                "1.1/sound",
                "every alert can fire, and means what it says",
                (
                    "promql/syntax-error",
                    "promql/constant-ratio",
                    "promql/vector-mismatch",
                    "promql/lost-le",
                    "promql/dead-branch",
                    "alerts/always-fires",
                    "alerts/never-fires",
                    "alerts/template-error",
                    "alerts/value-in-label",
                    "alerts/missing-severity",
                    "alerts/unknown-severity",
                    "alerts/missing-for",
                    "alerts/missing-summary",
                    "alerts/missing-owner",
                ),
                needs=("AlertingRule",),
            ),
            Criterion(
                "1.1/runbook-links", "runbook links are there", ("alerts/missing-runbook",), needs=("AlertingRule",)
            ),
            Criterion(
                "1.1/tested", "alerts are tested", ("alerts/untested-alert",), needs=("AlertingRule", "RuleTest")
            ),
            Criterion(
                "1.1/false-positives", "fewer than 5% of the firings are false", auditors=("alerts/false-positives",)
            ),
        ),
    ),
    Task(
        "1.2",
        "Alert routing",
        _ALERTING,
        (
            Criterion("1.2/deployed", "Alertmanager is deployed", auditors=("routing/undelivered",)),
            Criterion(
                "1.2/routing",
                "routing rules are configured, and every alert reaches somebody",
                (
                    "routing/undefined-receiver",
                    "routing/unreachable-route",
                    "routing/shadowed-route",
                    "routing/severity-without-channel",
                    "routing/unknown-matcher-label",
                    "alerts/unrouted",
                ),
                needs=("AlertmanagerConfig",),
            ),
            Criterion(
                "1.2/slack",
                "the chat integration has credentials",
                ("routing/placeholder-credential", "routing/plaintext-secret"),
                needs=("AlertmanagerConfig",),
            ),
            Criterion(
                "1.2/fallback",
                "an e-mail fallback is configured",
                ("routing/missing-fallback",),
                needs=("AlertmanagerConfig",),
            ),
            Criterion("1.2/test-alerts", "test alerts were sent and received"),
        ),
    ),
    Task(
        "1.3",
        "On-call",
        _ALERTING,
        (
            Criterion(
                "1.3/service",
                "the on-call service exists",
                ("oncall/receiver-without-service",),
                needs=("EscalationPolicy",),
            ),
            Criterion(
                "1.3/schedule",
                "the schedule has three people or more, and a second line",
                ("oncall/lone-oncall", "oncall/no-secondary", "oncall/not-utc"),
                needs=("Schedule",),
            ),
            Criterion(
                "1.3/escalation",
                "the escalation policy leads on, and begins again",
                ("oncall/thin-escalation", "oncall/never-repeats"),
                needs=("EscalationPolicy",),
            ),
            Criterion("1.3/chat", "incidents can be acknowledged from chat"),
            Criterion("1.3/drill", "a test incident was created and resolved"),
        ),
    ),
    Task(
        "1.4",
        "Runbooks",
        _ALERTING,
        (
            Criterion(
                "1.4/ten-runbooks", "10 or more runbooks exist", ("runbooks/too-few-runbooks",), needs=("Runbook",)
            ),
            Criterion(
                "1.4/complete",
                "every runbook has its sections, and no gap",
                ("runbooks/missing-section", "runbooks/stub", "runbooks/broken-link", "runbooks/unknown-related-alert"),
                needs=("Runbook",),
            ),
            Criterion("1.4/staging", "each runbook was tested in staging"),
            Criterion(
                "1.4/linked",
                "alerts link to runbooks that exist",
                ("alerts/runbook-not-found",),
                needs=("AlertingRule", "Runbook"),
            ),
            Criterion("1.4/trained", "the team is trained on the procedures"),
            Criterion("1.4/reviewed", "runbooks are reviewed every quarter", ("runbooks/stale",), needs=("Runbook",)),
        ),
    ),
    Task(
        "1.5",
        "Synthetic monitoring",
        _ALERTING,
        (
            Criterion(
                "1.5/probes",
                "the critical paths are probed",
                (
                    "synthetics/unprobed-path",
                    "synthetics/unknown-module",
                    "synthetics/prober-mismatch",
                    "synthetics/broken-relabel",
                ),
                needs=("Probe", "ScrapeJob"),
            ),
            Criterion(
                "1.5/schedule",
                "probes run on schedule",
                ("synthetics/timeout-over-scrape",),
                needs=("Probe", "ScrapeJob"),
            ),
            Criterion(
                "1.5/alerts",
                "alerts fire on failing probes",
                ("synthetics/probe-without-alert",),
                needs=("ScrapeJob", "AlertingRule"),
            ),
            Criterion("1.5/sla", "availability is tracked", auditors=("synthetics/failing",)),
        ),
    ),
    Task(
        "2.1",
        "Dashboards",
        _MONITORING,
        (
            Criterion(
                "2.1/domains", "every domain has a dashboard", ("dashboards/missing-dashboard",), needs=("Dashboard",)
            ),
            Criterion(
                "2.1/as-code",
                "dashboards are kept as JSON, and work in every Grafana",
                (
                    "dashboards/hard-coded-datasource",
                    "dashboards/unknown-variable",
                    "dashboards/duplicate-uid",
                    "dashboards/empty-panel",
                    "dashboards/untitled-panel",
                ),
                needs=("Dashboard",),
            ),
            Criterion(
                "2.1/provisioned",
                "dashboards are provisioned",
                ("dashboards/unprovisioned",),
                needs=("Dashboard", "DashboardProvider"),
            ),
            Criterion("2.1/trained", "the team is trained on the dashboards"),
            Criterion("2.1/standups", "dashboards are reviewed in stand-ups"),
        ),
    ),
    Task(
        "2.2",
        "Service level objectives",
        _MONITORING,
        (
            Criterion("2.2/five-slos", "5 or more SLOs are defined", ("slos/too-few-slos",), needs=("Slo",)),
            Criterion(
                "2.2/sound",
                "every SLO measures what it promises",
                (
                    "slos/not-a-ratio",
                    "slos/bad-objective",
                    "slos/same-query",
                    "slos/budget-arithmetic",
                    "slos/window-mismatch",
                ),
                needs=("Slo",),
            ),
            Criterion(
                "2.2/dashboard", "an SLO dashboard exists", ("slos/without-dashboard",), needs=("Slo", "Dashboard")
            ),
            Criterion(
                "2.2/budget-alerts",
                "alerts watch the error budgets",
                ("slos/without-burn-alert", "slos/burn-rate-mismatch"),
                needs=("Slo", "AlertingRule"),
            ),
            Criterion("2.2/review", "SLOs are reviewed every month"),
        ),
    ),
    Task(
        "2.3",
        "Log correlation",
        _MONITORING,
        (
            Criterion(
                "2.3/trace-ids",
                "every error has a trace id",
                ("logs/uncorrelated-logger", "logs/error-without-trace-id"),
                needs=("LogCall",),
            ),
            Criterion(
                "2.3/structured",
                "log statements are structured, with their exceptions",
                ("logs/interpolated-message", "logs/error-without-exception"),
                needs=("LogCall",),
            ),
            Criterion("2.3/saved-queries", "10 or more log queries are saved"),
            Criterion(
                "2.3/retention",
                "log retention is configured",
                ("retention/not-set", "retention/without-effect"),
                needs=("RetentionSetting",),
            ),
            Criterion("2.3/trained", "the team is trained on log queries"),
        ),
    ),
    Task(
        "2.4",
        "Performance budgets",
        _MONITORING,
        (
            Criterion(
                "2.4/ten-endpoints",
                "budgets are defined for 10 or more endpoints",
                ("budgets/too-few-budgets", "budgets/unordered-percentiles", "budgets/bad-threshold"),
                needs=("LatencyBudget",),
            ),
            Criterion("2.4/compliance", "the endpoints keep their budgets", auditors=("budgets/exceeded",)),
            Criterion(
                "2.4/alerts",
                "alerts watch the budgets",
                ("budgets/without-alert",),
                needs=("LatencyBudget", "AlertingRule"),
            ),
            Criterion("2.4/gate", "a gate in CI keeps staging within its budgets"),
        ),
    ),
    Task(
        "3.1",
        "Trace sampling",
        _OPTIMIZATION,
        (
            Criterion(
                "3.1/strategy",
                "the sampling strategy does what it says",
                (
                    "collector/glob-as-literal",
                    "collector/policy-block-mismatch",
                    "collector/samples-nothing",
                    "collector/split-traces",
                ),
                needs=("CollectorConfig",),
            ),
            Criterion("3.1/staging", "it runs in staging", auditors=("sampling/effective-rate",)),
            Criterion(
                "3.1/reduced",
                "80% of the traces or more are dropped",
                ("collector/sampling-not-reduced",),
                needs=("CollectorConfig",),
            ),
            Criterion(
                "3.1/errors", "every error trace is kept", ("collector/errors-not-kept",), needs=("CollectorConfig",)
            ),
            Criterion("3.1/reviewed", "the strategy is documented and reviewed"),
        ),
    ),
    Task(
        "3.2",
        "Metric cardinality",
        _OPTIMIZATION,
        (
            Criterion(
                "3.2/audit",
                "an audit found no metric that explodes",
                auditors=("cardinality/top-metrics", "cardinality/label-values", "cardinality/churn"),
            ),
            Criterion(
                "3.2/labels",
                "no label is unbounded",
                ("metrics/unbounded-label", "metrics/identifier-label", "metrics/dynamic-metric-name"),
                needs=("Instrument",),
            ),
            Criterion(
                "3.2/relabelling",
                "relabelling rules remove what they are meant to",
                ("collector/useless-delete",),
                needs=("CollectorConfig",),
            ),
            Criterion("3.2/saved", "storage costs are 40% lower"),
        ),
    ),
    Task(
        "3.3",
        "Retention",
        _OPTIMIZATION,
        (
            Criterion(
                "3.3/policies",
                "retention is set as the policy says, everywhere",
                ("retention/below-policy", "retention/above-policy", "retention/not-set", "retention/without-effect"),
                needs=("RetentionSetting",),
            ),
            Criterion(
                "3.3/windows",
                "nothing looks further back than data is kept",
                ("retention/window-over-retention",),
                needs=("RetentionSetting", "Query"),
            ),
            Criterion("3.3/kept", "data is really kept that long", auditors=("retention/oldest-sample",)),
            Criterion("3.3/compliance", "compliance requirements are met"),
        ),
    ),
    Task(
        "4.1",
        "Onboarding guide",
        _DOCUMENTATION,
        (
            Criterion(
                "4.1/guide",
                "an onboarding guide exists, and is complete",
                ("docs/missing-document", "docs/missing-section", "docs/placeholder"),
                needs=("Page",),
            ),
            Criterion("4.1/new-hire", "a new colleague has tried it"),
            Criterion("4.1/feedback", "their feedback went into it"),
        ),
    ),
    Task(
        "4.2",
        "Cost documentation",
        _DOCUMENTATION,
        (
            Criterion(
                "4.2/document",
                "a cost document exists, and adds up",
                ("docs/missing-document", "docs/placeholder", "docs/sum-not-100"),
                needs=("Page",),
            ),
            Criterion("4.2/alert", "an alert watches costs", ("docs/no-cost-alert",), needs=("Page", "AlertingRule")),
            Criterion("4.2/review", "costs are reviewed every month"),
        ),
    ),
    Task(
        "5.1",
        "Anomaly detection",
        _ADVANCED,
        (
            Criterion("5.1/tool", "a tool is chosen"),
            Criterion("5.1/metrics", "3 or more metrics are watched", auditors=("anomalies/deviation",)),
            Criterion("5.1/false-positives", "fewer than 10% of the findings are false"),
        ),
    ),
    Task(
        "5.2",
        "Distributed tracing",
        _ADVANCED,
        (
            Criterion(
                "5.2/instrumented",
                "every client is instrumented",
                ("traces/uninstrumented-client",),
                needs=("ClientUse",),
            ),
            Criterion(
                "5.2/spans",
                "spans end, and keep their errors and their context",
                (
                    "traces/span-not-ended",
                    "traces/unrecorded-exception",
                    "traces/dynamic-span-name",
                    "traces/broken-context",
                ),
                needs=("SpanStart",),
            ),
            Criterion("5.2/end-to-end", "traces are seen from end to end"),
        ),
    ),
    Task(
        "5.3",
        "Cost attribution",
        _ADVANCED,
        (
            Criterion(
                "5.3/labels",
                "metrics carry their cost labels",
                ("metrics/missing-attribution-label",),
                needs=("Instrument",),
            ),
            Criterion("5.3/reports", "costs are reported every month", auditors=("cost/attribution",)),
            Criterion("5.3/review", "the product team reviews them"),
        ),
    ),
    Task(
        "done",
        "Definition of done",
        "Done",
        (
            Criterion("done/two-weeks", "two weeks of alert data are there", auditors=("alerts/history",)),
            Criterion("done/on-call", "the rotation runs, and no alert was missed"),
            Criterion("done/slos", "SLOs are tracked and met", auditors=("slos/missed",), needs=("Slo",)),
            Criterion("done/incidents", "runbooks were used in real incidents"),
            Criterion("done/review", "a monthly review is established"),
        ),
    ),
)
