"""`promql/unknown-label`; long because labels are known from three places: source, recordings and scrape jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Query, RecordingRule
from ._jobs import are_all, jobs
from ._metrics import KnownLabel, Metric, labels_of, measurements_by_metric, metrics, naming, queries, recordings
from ._query import parts, place

_COUNTERS = """\
from prometheus_client import Counter

CHECKOUTS = Counter("app_checkouts", "Checkouts")
REFUNDS = Counter("app_refunds", "Refunds")
"""
_ASKED = """\
- alert: CheckoutsFail
  expr: rate(app_checkouts_total{job="checkuot"}[5m]) > 1 or rate(app_refunds_total{job="shop/worker"}[5m]) > 1
"""
_MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: checkout, namespace: shop}
spec:
  jobLabel: app
  selector: {matchLabels: {app: checkout}}
  endpoints: [{port: web}]
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: worker, namespace: shop}
spec: {podMetricsEndpoints: [{port: web}]}
"""


class UnknownLabel(Rule):
    """
    Flags queries that ask a metric for a label, or a label's value, that its source never gives it.

    **Why.**
    `{result="failure"}` on a counter whose source says `result="failed"` selects nothing, and nothing says so.
    `by (reason)` over a metric without `reason` puts everything into one group.

    **Instead.**
    Ask for what the source gives; the help names the nearest one, and the finding shows the definition.

    Only metrics whose definition is in the repository are looked at, and only where all their labels are known.
    With `lint --snapshot` the labels of the server's other metrics are known, too, with low confidence: a label that
    only comes with the first error is not there before.
    A recording is a definition, too: it has the labels that its expression keeps and its rule adds.
    So is `scrape_configs` of the label `job`, with low confidence, where queries for these metrics name some of its
    jobs, and nothing relabels `job` or includes jobs from elsewhere.
    Resources of the operator count where the job of each can be told from it (`jobLabel` with a selector, a PodMonitor
    with its namespace, a `jobName`); since the cluster may have others, only a name that resembles one is flagged.
    Not flagged: labels that are added on the way, as the option `added` lists them, and values that the source takes
    from anywhere but its own text.
    """

    id = "promql/unknown-label"
    summary = "query asks for a label or value that the metric does not have"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    about = (Query,)

    added: tuple[str, ...] = (
        "app",
        "availability_zone",
        "az",
        "cluster",
        "component",
        "container",
        "datacenter",
        "dc",
        "endpoint",
        "env",
        "environment",
        "host",
        "hostname",
        "instance",
        "job",
        "le",
        "namespace",
        "node",
        "pod",
        "prometheus",
        "quantile",
        "region",
        "release",
        "replica",
        "service",
        "service_name",
        "service_namespace",
        "service_instance_id",
        "service_version",
        "deployment_environment",
        "stage",
        "team",
        "tenant",
        "version",
        "zone",
    )
    """Labels that scraping, relabelling and exporters add, whatever the source says."""

    external: tuple[str, ...] = (
        "cluster",
        "datacenter",
        "dc",
        "env",
        "environment",
        "prometheus",
        "prometheus_replica",
        "region",
        "replica",
        "stage",
        "tenant",
        "tenant_id",
        "zone",
    )
    """Labels that a server adds to all its series, recorded ones too."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        yield from self._defined(project)
        yield from self._recorded(project)
        yield from self._scraped(project)

    def _scraped(self, project: Project) -> Iterator[Finding]:
        """A metric that is made here is scraped by a job that is configured here."""
        known = jobs(project)
        own = (
            {name for name, made in metrics(project).items() if any(one.instrument for one in made)} if known else set()
        )
        asked = [
            (query, node.metric, matcher)
            for query in queries(project, naming(own))
            for node in parts(query)
            if isinstance(node, promql.Selector) and node.metric in own
            for matcher in node.matchers
            if matcher.label.value == "job" and matcher.op.value == "=" and not matcher.value.templated
        ]
        if not any(matcher.value.value in known for _, _, matcher in asked):
            return
        closed = are_all(project)
        # A job that nobody asks for was probably renamed.
        unasked = [name for name in known if name not in {matcher.value.value for _, _, matcher in asked}]
        for query, metric, matcher in asked:
            value = matcher.value.value
            if value and value not in known:
                near = get_close_matches(value, unasked or known, n=1, cutoff=0.6)
                if not near and not closed:
                    continue
                yield self.finding(
                    f'no job that is scraped here is called "{value}", as `{metric}` is asked for',
                    place(query, matcher.value),
                    help=f'did you mean "{near[0]}"?' if near else f"the jobs are {_listed(known)}",
                    confidence=Confidence.LOW,
                    related=[Related(known[name], f"job `{name}`") for name in near or unasked[:3]],
                )

    def _recorded(self, project: Project) -> Iterator[Finding]:
        """Recordings define their labels, too: those that their expression keeps, and those of their rule."""
        recorded = recordings(project)
        flow = promql.Flow(recorded)
        rules = {rule.name.value: rule for rule in project.all(RecordingRule)}
        for query in queries(project, naming(recorded)):
            names = set(promql.metric_names(parts(query)[0])) & recorded.keys()
            if not names:
                continue
            for node in parts(query):
                for label, branches in _asked(node, names, flow):
                    yield from self._not_recorded(query, label, branches, rules)

    def _not_recorded(
        self,
        query: Query,
        label: promql.Word,
        branches: tuple[promql.Branch, ...],
        rules: Mapping[str, RecordingRule],
    ) -> Iterator[Finding]:
        facts = [branch.label(label.value) for branch in branches]
        if label.value in self.external or label.value.startswith("__") or not facts:
            return
        told = next((fact for fact in facts if fact.why.startswith("recording")), None)
        if told is None or not all(fact.impossible for fact in facts):
            return
        name = told.why.split("`")[1]
        related = [Related(rules[name].at, "the recording")] if name in rules else []
        yield self.finding(
            f"`{name}` has no label `{label.value}`: {told.why.partition('`: ')[2]}",
            place(query, label),
            help="keep the label in the recording, or do without it here",
            related=related,
        )

    def _defined(self, project: Project) -> Iterator[Finding]:
        known, uses = metrics(project), measurements_by_metric(project)
        recorded = recordings(project).keys()  # What a rule makes is looked at where the rule is.
        tables = {
            name: _merged([labels_of(metric, uses) for metric in own])
            for name, own in known.items()
            if name not in recorded or own[0].instrument is not None
        }
        for query in queries(project, naming([name for name, labels in tables.items() if labels is not None])):
            for node in parts(query):
                if isinstance(node, promql.Selector):
                    labels = tables.get(node.metric or "")
                    if labels is not None:
                        yield from self._matchers(query, node, known[node.metric or ""][0], labels)
                elif isinstance(node, promql.Aggregation):
                    yield from self._grouping(query, node, known, tables)

    def _matchers(
        self, query: Query, selector: promql.Selector, metric: Metric, labels: Mapping[str, KnownLabel]
    ) -> Iterator[Finding]:
        for matcher in selector.matchers:
            name = matcher.label.value
            if matcher.label.templated or self._foreign(name):
                continue
            own = labels.get(name)
            if own is None:
                if not (matcher.op.value == "=" and matcher.value.value == ""):
                    yield self._unknown(query, matcher.label, metric, labels)
            elif _missing_value(matcher, own):
                near = get_close_matches(matcher.value.value, sorted(own.values or ()), n=1, cutoff=0.6)
                yield self.finding(
                    f'`{name}` of `{metric.name}` is never "{matcher.value.value}"',
                    place(query, matcher.value),
                    help=f'did you mean "{near[0]}"?' if near else f"it is one of {_listed(own.values or ())}",
                    related=[Related(metric.at, "the metric is defined here")],
                )

    def _grouping(
        self,
        query: Query,
        aggregation: promql.Aggregation,
        known: Mapping[str, tuple[Metric, ...]],
        tables: Mapping[str, Mapping[str, KnownLabel] | None],
    ) -> Iterator[Finding]:
        clause = aggregation.grouping
        if clause is None or clause.kind != "by":
            return
        inner = list(promql.walk(aggregation.expr))
        selectors = [node for node in inner if isinstance(node, promql.Selector)]
        if not selectors or any(_adds_labels(node) for node in inner):
            return
        found = [tables.get(selector.metric or "") for selector in selectors]
        if any(labels is None for labels in found):
            return
        labels = {name: label for table in found if table is not None for name, label in table.items()}
        for label in clause.labels:
            if not label.templated and not self._foreign(label.value) and label.value not in labels:
                yield self._unknown(query, label, known[selectors[0].metric or ""][0], labels)

    def _unknown(self, query: Query, label: promql.Word, metric: Metric, labels: Mapping[str, KnownLabel]) -> Finding:
        near = get_close_matches(label.value, sorted(labels), n=1, cutoff=0.6)
        has = f"it has {_listed(labels)}" if labels else "it has no labels of its own"
        live = metric.labels is not None
        return self.finding(
            f"`{metric.name}` has no label `{label.value}`",
            place(query, label),
            help=f"did you mean `{near[0]}`?" if near else has,
            related=[Related(metric.at, "the server has it" if live else "the metric is defined here")],
            confidence=Confidence.LOW if live else Confidence.HIGH,
        )

    def _foreign(self, name: str) -> bool:
        return name in self.added or name.startswith(("__", "otel_scope_", "k8s_", "kubernetes_", "exported_"))

    examples = (
        Bad(
            """\
- alert: CheckoutsFail
  expr: sum by (plan) (rate(app_checkouts_total{outcome="failed", pod!=""}[5m])) > 1
""",
            at=("plan", "outcome"),
            files={
                "app.py": (
                    "from prometheus_client import Counter\n\n"
                    'CHECKOUTS = Counter("app_checkouts", "Checkouts", ["result"])\n'
                )
            },
        ),
        Good(
            """\
- alert: CheckoutsFail
  expr: sum by (result, pod) (rate(app_checkouts_total{result="failed"}[5m])) > 1
""",
            files={
                "app.py": (
                    "from prometheus_client import Counter\n\n"
                    'CHECKOUTS = Counter("app_checkouts", "Checkouts", ["result"])\n'
                )
            },
        ),
        Bad(
            """\
- record: job:errors:rate5m
  expr: sum by (job) (rate(errors_total[5m]))
- alert: ManyErrors
  expr: job:errors:rate5m{pod="api-0"} > 1
""",
            at="pod",
        ),
        Good(
            """\
- record: job:errors:rate5m
  expr: sum by (job) (rate(errors_total[5m]))
- alert: ManyErrors
  expr: sum by (job, cluster) (job:errors:rate5m{job="api", pod=""}) > 1
"""
        ),
        Bad(
            """\
- alert: CheckoutsFail
  expr: rate(app_checkouts_total{job="web"}[5m]) > 1 or rate(app_refunds_total{job="api"}[5m]) > 1
""",
            at='"web"',
            files={
                "app.py": _COUNTERS,
                "prometheus.yml": "global: {}\nscrape_configs:\n  - job_name: frontend\n  - job_name: api\n",
            },
            why="the job was renamed",
        ),
        Bad(
            _ASKED,
            at='"checkuot"',
            files={"app.py": _COUNTERS, "monitor.yml": _MONITOR},
        ),
        Good(
            _ASKED.replace("checkuot", "billing"),
            files={"app.py": _COUNTERS, "monitor.yml": _MONITOR},
            why="the cluster may have a monitor of that name",
        ),
        Good(
            _ASKED,
            files={"app.py": _COUNTERS, "monitor.yml": _MONITOR.replace("  jobLabel: app\n", "")},
            why="the job is the name of a service, which is not here",
        ),
        Bad(
            """\
- alert: WebhooksFail
  expr: rate(app_webhooks_total{result="failure"}[5m]) > 1
""",
            at='"failure"',
            files={
                "metrics.ts": (
                    "import { Counter } from 'prom-client';\n\nexport const webhooks = new Counter(\n"
                    "  { name: 'app_webhooks_total', help: 'Webhooks.', labelNames: ['result'] },\n);\n"
                ),
                "billing.ts": "import { webhooks } from './metrics.js';\n\nwebhooks.inc({ result: 'failed' });\n",
            },
            why="another file measures it",
        ),
        Good(
            """\
- alert: WebhooksFail
  expr: rate(app_webhooks_total{result="failure"}[5m]) > 1
""",
            files={
                "metrics.ts": (
                    "import { Counter } from 'prom-client';\n\nexport const webhooks = new Counter(\n"
                    "  { name: 'app_webhooks_total', help: 'Webhooks.', labelNames: ['result'] },\n);\n"
                ),
                "billing.ts": "import { webhooks } from './metrics.js';\n\nwebhooks.inc({ result: 'failed' });\n",
                "more.ts": "import { webhooks } from './metrics.js';\n\nexport const counters = { webhooks };\n",
            },
            why="a third file may measure anything with it",
        ),
        Good(
            """\
- alert: Slow
  expr: sum by (path) (rate(other_total{outcome="failed"}[5m])) > 1
""",
            why="nobody here defines that metric",
        ),
    )


def _asked(
    node: promql.Expr, recorded: set[str], flow: promql.Flow
) -> Iterator[tuple[promql.Word, tuple[promql.Branch, ...]]]:
    """The labels that a node needs, and what it is given: those of its matchers, or those that it groups by."""
    match node:
        case promql.Selector() if node.metric in recorded:
            (own,) = promql.flow(node)
            needed = [matcher.label for matcher in node.matchers if own.label(matcher.label.value).guaranteed]
            yield from ((label, flow.of(node)) for label in needed)
        case promql.Aggregation(grouping=promql.Clause() as clause) if clause.kind == "by":
            yield from ((label, flow.of(node.expr)) for label in clause.labels)


def _merged(tables: list[Mapping[str, KnownLabel] | None]) -> Mapping[str, KnownLabel] | None:
    """The labels of a metric that several instruments make; None where one of them may have more."""
    merged: dict[str, KnownLabel] = {}
    for table in tables:
        if table is None:
            return None
        for name, label in table.items():
            before = merged.get(name)
            unknown = label.values is None or (before is not None and before.values is None)
            values = (
                None
                if unknown
                else (label.values or frozenset()) | (before.values or frozenset() if before else frozenset())
            )
            merged[name] = KnownLabel(name, values)
    return merged


def _missing_value(matcher: promql.Matcher, label: KnownLabel) -> bool:
    value = matcher.value
    if label.values is None or matcher.op.value != "=" or value.templated:
        return False
    return value.value != "" and value.value not in label.values


def _adds_labels(node: promql.Expr) -> bool:
    if isinstance(node, promql.Binary):
        return node.group is not None
    if isinstance(node, promql.Aggregation):
        return node.op.value == "count_values"
    return isinstance(node, promql.Variable) or (
        isinstance(node, promql.Call)
        and node.name.value
        in ("absent", "absent_over_time", "histogram_quantiles", "info", "label_join", "label_replace")
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
