"""
The checklist: 17 tasks in 5 phases with their acceptance criteria, and the definition of done.

A criterion that names rules is decided by files, one that names auditors by a live system, one that
names tasks by their criteria, and one that names nothing by people.
`asks` is the line of the checklist that it answers, in the checklist's own words; a criterion without
it is what the task's description wants and no line says.
Criteria are known by `TASK/NAME` in attestations.
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
                asks="20+ alert rules defined",
            ),
            Criterion(
                "1.1/critical-paths",
                "all critical paths are covered",
                ("alerts/uncovered-path",),
                needs=("AlertingRule",),
                asks="All critical paths covered",
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
                "1.1/runbook-links",
                "runbook links are there",
                ("alerts/missing-runbook",),
                needs=("AlertingRule",),
                asks="Runbook links added",
            ),
            Criterion(
                "1.1/tested",
                "alerts are tested",
                ("alerts/untested-alert",),
                needs=("AlertingRule", "RuleTest"),
                asks="Alerts tested (trigger manually)",
            ),
            Criterion(
                "1.1/false-positives",
                "fewer than 5% of the firings are false",
                auditors=("alerts/false-positives",),
                asks="False positive rate < 5%",
            ),
            Criterion(
                "1.1/healthy",
                "rules are loaded and evaluated, and read series that exist",
                auditors=(
                    "rules/unhealthy",
                    "rules/slow",
                    "rules/missed",
                    "rules/no-data",
                    "rules/not-loaded",
                    "rules/server-warning",
                    "alerts/always-firing",
                ),
            ),
            Criterion("1.1/quiet", "no alert fires often and briefly", auditors=("alerts/noisy",)),
            Criterion(
                "1.1/scraped",
                "what alerts read is scraped, in time and without gaps",
                auditors=(
                    "scrape/target-down",
                    "scrape/missing-job",
                    "scrape/flapping",
                    "scrape/slow",
                ),
            ),
        ),
    ),
    Task(
        "1.2",
        "Alert routing",
        _ALERTING,
        (
            Criterion(
                "1.2/deployed",
                "Alertmanager is deployed, and delivers",
                auditors=("routing/undelivered",),
                asks="Alertmanager deployed",
            ),
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
                asks="Routing rules configured",
            ),
            Criterion(
                "1.2/loaded",
                "Alertmanager runs with the repository's receivers, and no silence is forgotten",
                auditors=("routing/not-loaded", "routing/forgotten-silence"),
            ),
            Criterion(
                "1.2/slack",
                "the chat integration has credentials",
                ("routing/placeholder-credential", "routing/plaintext-secret"),
                needs=("AlertmanagerConfig",),
                asks="Slack integration working",
            ),
            Criterion(
                "1.2/fallback",
                "an e-mail fallback is configured",
                ("routing/missing-fallback", "routing/undefined-receiver"),
                needs=("AlertmanagerConfig",),
                asks="Email fallback configured",
            ),
            Criterion("1.2/test-alerts", "test alerts were sent and received", asks="Test alerts sent successfully"),
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
                asks="PagerDuty service created",
            ),
            Criterion(
                "1.3/schedule",
                "the schedule has three people or more, and a second line",
                ("oncall/lone-oncall", "oncall/no-secondary", "oncall/not-utc"),
                needs=("Schedule",),
                asks="On-call schedule defined (3+ people)",
            ),
            Criterion(
                "1.3/escalation",
                "the escalation policy leads on, and begins again",
                ("oncall/thin-escalation", "oncall/never-repeats"),
                needs=("EscalationPolicy",),
            ),
            Criterion(
                "1.3/escalation-tested", "somebody let an incident escalate on purpose", asks="Escalation policy tested"
            ),
            Criterion("1.3/chat", "incidents can be acknowledged from chat", asks="Slack integration working"),
            Criterion(
                "1.3/drill", "a test incident was created and resolved", asks="Test incident created and resolved"
            ),
        ),
    ),
    Task(
        "1.4",
        "Runbooks",
        _ALERTING,
        (
            Criterion(
                "1.4/ten-runbooks",
                "10 or more runbooks exist",
                ("runbooks/too-few-runbooks",),
                needs=("Runbook",),
                asks="10+ runbooks created",
            ),
            Criterion(
                "1.4/complete",
                "every runbook has its sections, and no gap",
                ("runbooks/missing-section", "runbooks/stub", "runbooks/broken-link", "runbooks/unknown-related-alert"),
                needs=("Runbook",),
            ),
            Criterion("1.4/staging", "each runbook was tested in staging", asks="Each runbook tested in staging"),
            Criterion(
                "1.4/linked",
                "alerts link to runbooks that exist",
                ("alerts/runbook-not-found",),
                needs=("AlertingRule", "Runbook"),
                asks="Links added to alert annotations",
            ),
            Criterion("1.4/trained", "the team is trained on the procedures", asks="Team trained on procedures"),
            Criterion(
                "1.4/reviewed",
                "runbooks are reviewed every quarter",
                ("runbooks/stale",),
                needs=("Runbook",),
                asks="Runbooks reviewed quarterly",
            ),
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
                asks="4+ synthetic tests configured",
            ),
            Criterion(
                "1.5/schedule",
                "probes run on schedule",
                ("synthetics/timeout-over-scrape",),
                needs=("Probe", "ScrapeJob"),
                asks="Tests run on schedule",
            ),
            Criterion(
                "1.5/alerts",
                "alerts fire on failing probes",
                ("synthetics/probe-without-alert",),
                needs=("ScrapeJob", "AlertingRule"),
                asks="Alerts fire on test failures",
            ),
            Criterion(
                "1.5/sla",
                "the probes' availability is tracked, and good",
                auditors=("synthetics/failing", "synthetics/certificate"),
                asks="SLA tracking enabled",
            ),
        ),
    ),
    Task(
        "2.1",
        "Dashboards",
        _MONITORING,
        (
            Criterion(
                "2.1/domains",
                "every domain has a dashboard",
                ("dashboards/missing-dashboard",),
                needs=("Dashboard",),
                asks="4+ domain dashboards created",
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
                asks="Dashboards exported as JSON",
            ),
            Criterion(
                "2.1/provisioned",
                "dashboards are provisioned",
                ("dashboards/unprovisioned",),
                needs=("Dashboard", "DashboardProvider"),
                asks="Auto-provisioned in Grafana",
            ),
            Criterion("2.1/trained", "the team is trained on the dashboards", asks="Team trained on dashboards"),
            Criterion("2.1/standups", "dashboards are reviewed in stand-ups", asks="Dashboards reviewed in standups"),
        ),
    ),
    Task(
        "2.2",
        "Service level objectives",
        _MONITORING,
        (
            Criterion(
                "2.2/five-slos",
                "5 or more SLOs are defined",
                ("slos/too-few-slos",),
                needs=("Slo",),
                asks="5+ SLOs defined",
            ),
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
                "2.2/dashboard",
                "an SLO dashboard exists",
                ("slos/without-dashboard",),
                needs=("Slo", "Dashboard"),
                asks="SLO dashboard created",
            ),
            Criterion(
                "2.2/budget-alerts",
                "alerts watch the error budgets",
                ("slos/without-burn-alert", "slos/burn-rate-mismatch"),
                needs=("Slo", "AlertingRule"),
                asks="Alerts for budget violations",
            ),
            Criterion(
                "2.2/tracking",
                "error budgets are tracked, and none is half spent or burns",
                auditors=("slos/half-spent", "slos/burning"),
                asks="Error budget tracking enabled",
            ),
            Criterion("2.2/review", "SLOs are reviewed every month", asks="Monthly SLO review process"),
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
                asks="100% of errors have trace_id",
            ),
            Criterion("2.3/seen", "the errors that Loki has have one, too", auditors=("logs/without-trace-id",)),
            Criterion(
                "2.3/structured",
                "log statements are structured, with their exceptions",
                ("logs/interpolated-message", "logs/error-without-exception"),
                needs=("LogCall",),
            ),
            Criterion("2.3/saved-queries", "10 or more log queries are saved", asks="10+ saved queries in Grafana"),
            Criterion(
                "2.3/retention",
                "log retention is configured",
                ("retention/not-set", "retention/without-effect"),
                needs=("RetentionSetting",),
                asks="Log retention configured (30d hot, 90d cold)",
            ),
            Criterion("2.3/trained", "the team is trained on log queries", asks="Team trained on log querying"),
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
                asks="Budgets defined for 10+ critical endpoints",
            ),
            Criterion(
                "2.4/measured",
                "histograms can tell the endpoints apart",
                ("budgets/unmeasured-endpoint", "metrics/bucket-misses-threshold"),
                needs=("LatencyBudget", "Instrument"),
            ),
            Criterion("2.4/compliance", "the endpoints keep their budgets", auditors=("budgets/exceeded",)),
            Criterion("2.4/dashboard", "a dashboard tracks them", asks="Dashboard tracks budget compliance"),
            Criterion(
                "2.4/alerts",
                "alerts watch the budgets",
                ("budgets/without-alert",),
                needs=("LatencyBudget", "AlertingRule"),
                asks="Alerts for budget violations",
            ),
            Criterion("2.4/gate", "a gate in CI keeps staging within its budgets", asks="CI/CD gates configured"),
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
                    "collector/slow-not-kept",
                    "collector/metrics-after-sampling",
                ),
                needs=("CollectorConfig",),
                asks="Sampling strategy defined",
            ),
            Criterion("3.1/staging", "it runs in staging", asks="Deployed to staging"),
            Criterion(
                "3.1/reduced",
                "80% of the traces or more are dropped",
                ("collector/sampling-not-reduced",),
                needs=("CollectorConfig",),
                asks="Cost reduced by 80%+",
            ),
            Criterion("3.1/effective", "the collector really drops them", auditors=("sampling/effective-rate",)),
            Criterion(
                "3.1/errors",
                "every error trace is kept",
                ("collector/errors-not-kept",),
                needs=("CollectorConfig",),
                asks="100% error traces captured",
            ),
            Criterion("3.1/reviewed", "the strategy is documented and reviewed", asks="Documented and reviewed"),
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
                asks="Cardinality audit completed",
            ),
            Criterion(
                "3.2/growth",
                "no metric grows for no reason, and somebody reads what is expensive",
                auditors=("cardinality/growth", "cardinality/unread"),
            ),
            Criterion("3.2/limits", "no target is near its limit of samples", auditors=("scrape/near-limit",)),
            Criterion(
                "3.2/labels",
                "no label is unbounded",
                (
                    "metrics/unbounded-label",
                    "metrics/identifier-label",
                    "metrics/dynamic-metric-name",
                    "collector/identifier-dimension",
                ),
                needs=("Instrument",),
                asks="High-cardinality labels removed",
            ),
            Criterion(
                "3.2/relabelling",
                "relabelling rules remove what they are meant to",
                ("collector/useless-delete", "prometheus/dropped-but-read"),
                needs=("CollectorConfig",),
                asks="Relabeling rules deployed",
            ),
            Criterion("3.2/saved", "storage costs are 40% lower", asks="Storage cost reduced by 40%+"),
            Criterion("3.2/documented", "what labels may hold is documented", asks="Documentation updated"),
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
                asks="Retention policies defined",
            ),
            Criterion(
                "3.3/windows",
                "nothing looks further back than data is kept",
                ("retention/window-over-retention",),
                needs=("RetentionSetting", "Query"),
            ),
            Criterion(
                "3.3/kept",
                "data is really kept that long",
                auditors=("retention/oldest-sample",),
                asks="Configured in all systems",
            ),
            Criterion("3.3/saved", "storage costs are lower", asks="Storage costs reduced"),
            Criterion("3.3/compliance", "compliance requirements are met", asks="Compliance requirements met"),
            Criterion("3.3/documented", "the policy is documented", asks="Documented"),
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
                asks="Onboarding guide created",
            ),
            Criterion("4.1/new-hire", "a new colleague has tried it", asks="Tested with new hire"),
            Criterion("4.1/feedback", "their feedback went into it", asks="Feedback incorporated"),
            Criterion("4.1/wiki", "the wiki has it, or leads to it", asks="Added to wiki"),
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
                asks="Cost documentation created",
            ),
            Criterion("4.2/alert", "an alert watches costs", ("docs/no-cost-alert",), needs=("Page", "AlertingRule")),
            Criterion(
                "4.2/baseline",
                "there is a baseline of costs, and they keep to it",
                auditors=("cost/over-baseline",),
                asks="Current costs baseline established",
            ),
            Criterion("4.2/targets", "targets are set", asks="Optimization targets set"),
            Criterion("4.2/review", "costs are reviewed every month", asks="Monthly cost review scheduled"),
        ),
    ),
    Task(
        "5.1",
        "Anomaly detection",
        _ADVANCED,
        (
            Criterion("5.1/tool", "a tool is chosen", asks="Anomaly detection tool selected"),
            Criterion(
                "5.1/metrics",
                "3 or more metrics are watched, and none is out of its season",
                auditors=("anomalies/deviation",),
                asks="3+ metrics monitored",
            ),
            Criterion(
                "5.1/false-positives", "fewer than 10% of the findings are false", asks="False positive rate < 10%"
            ),
            Criterion("5.1/alerting", "what it finds reaches somebody", asks="Integrated with alerting"),
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
                asks="All services instrumented",
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
            Criterion("5.2/end-to-end", "traces are seen from end to end", asks="End-to-end traces visible"),
            Criterion("5.2/across", "traces go on from service to service", asks="Cross-service correlation working"),
            Criterion("5.2/documented", "how to trace is documented", asks="Documented"),
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
                asks="Cost labels added",
            ),
            Criterion("5.3/attributed", "the server's series tell whom they are for", auditors=("cost/attribution",)),
            Criterion("5.3/dashboard", "a dashboard shows costs by label", asks="Cost attribution dashboard"),
            Criterion("5.3/reports", "costs are reported every month", asks="Monthly cost reports"),
            Criterion("5.3/review", "the product team reviews them", asks="Product team review"),
        ),
    ),
    Task(
        "done",
        "Definition of done",
        "Done",
        (
            Criterion(
                "done/phases",
                "phases 1 and 2 are complete",
                asks="All Phase 1 & 2 tasks completed (Alerting + Monitoring)",
                tasks=("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4"),
            ),
            Criterion(
                "done/two-weeks",
                "two weeks of alert data are there",
                auditors=("alerts/history",),
                asks="At least 2 weeks of alert data collected",
            ),
            Criterion(
                "done/on-call",
                "the rotation runs, and no alert was missed",
                asks="On-call rotation running smoothly (no missed alerts)",
            ),
            Criterion(
                "done/slos",
                "SLOs are tracked and met",
                auditors=("slos/missed",),
                needs=("Slo",),
                asks="SLOs tracked and meeting targets",
            ),
            Criterion(
                "done/optimizations",
                "phase 3 is complete",
                asks="Cost optimizations deployed (Phase 3)",
                tasks=("3.1", "3.2", "3.3"),
            ),
            Criterion(
                "done/trained",
                "the team works with the dashboards",
                asks="Team trained and confident using dashboards",
            ),
            Criterion(
                "done/incidents", "runbooks were used in real incidents", asks="Runbooks tested in real incidents"
            ),
            Criterion(
                "done/review",
                "a monthly review is established",
                asks="Monthly observability review meeting established",
            ),
        ),
    ),
)
