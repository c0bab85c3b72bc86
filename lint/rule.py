"""What a rule is: metadata, options, hooks by node, and the examples that are its tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Self

from .finding import Confidence, Finding, Fix, Location, Related, Severity
from .record import Record, field, names_of, replace

if TYPE_CHECKING:
    from . import nodes
    from .project import Project
    from .report import Table


class Example(Record):
    """
    A file that a rule is shown, and tried on.

    `path` decides what the text is taken for when its content does not; `files` are further files
    of the same project; `options` are the rule's, when the example needs other than the defaults.
    """

    text: str
    why: str | None = None
    path: str = "example.yml"
    files: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)


class Good(Example):
    """A sample that the rule leaves alone."""


class Bad(Example):
    """
    A sample that the rule flags.

    `at` is the text that the finding's region covers, or one for each finding in order.
    `fixed` is the whole text after the fix, unsafe ones included; None when there is no fix.
    """

    at: str | tuple[str, ...] = ()
    fixed: str | None = None

    @property
    def expected(self) -> tuple[str, ...]:
        """One text for each finding."""
        return (self.at,) if isinstance(self.at, str) else self.at


class Rule(Record):
    """
    A static policy with an id.

    The docstring of a subclass is its documentation page, its annotated fields are its options, its
    hooks yield findings. It keeps no state: one instance sees every file of a run.
    """

    id: ClassVar[str]
    summary: ClassVar[str]
    severity: ClassVar[Severity]
    since: ClassVar[str]
    tasks: ClassVar[tuple[str, ...]] = ()
    opinionated: ClassVar[bool] = False
    """Off unless selected by its id."""

    needs_all: ClassVar[bool] = False
    """
    Whether it says that something is nowhere in the project.

    On single files, as a commit hook names them, it would be wrong, and does not run.
    """

    about: ClassVar[tuple[type, ...]] = ()
    """The kinds of nodes that `check_project` holds against each other: without one of each it finds nothing."""

    policy: ClassVar[str | None] = None
    """The option without which it has nothing to ask for, and is silent."""

    examples: ClassVar[tuple[Example, ...]] = ()

    def finding(
        self,
        message: str,
        at: Location,
        *,
        help: str | None = None,
        fix: Fix | None = None,
        related: Iterable[Related] = (),
        confidence: Confidence = Confidence.HIGH,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule; `severity` where one case is graver or lighter than the rest."""
        return Finding(self.id, severity or self.severity, confidence, message, at, help, fix, tuple(related))

    @property
    def hooks(self) -> frozenset[str]:
        """The names of the hooks that it overrides."""
        return _hooks_of(type(self))

    @property
    def subjects(self) -> frozenset[str]:
        """The names of the kinds that it is about."""
        return frozenset(kind.__name__ for kind in self.about)

    @property
    def option_names(self) -> tuple[str, ...]:
        """The names of its options."""
        return names_of(self)

    def with_options(self, options: Mapping[str, object]) -> Self:
        """The same rule with other options."""
        return replace(self, **options)

    def load(self) -> Rule:
        """The rule itself, for those who may have one that is not loaded yet."""
        return self

    def computed(self, project: Project) -> Iterator[Table]:
        """What the rule computes on the way to its findings, for `obsaudit explain RULE PATH`."""
        yield from ()

    def check_alert(self, alert: nodes.AlertingRule) -> Iterator[Finding]:
        """Looks at an alerting rule."""
        yield from ()

    def check_recording(self, recording: nodes.RecordingRule) -> Iterator[Finding]:
        """Looks at a recording."""
        yield from ()

    def check_group(self, group: nodes.RuleGroup) -> Iterator[Finding]:
        """Looks at a group of alerting rules and recordings."""
        yield from ()

    def check_rule_test(self, test: nodes.RuleTest) -> Iterator[Finding]:
        """Looks at a unit test of rules."""
        yield from ()

    def check_query(self, query: nodes.Query) -> Iterator[Finding]:
        """Looks at a query in PromQL, wherever it stands."""
        yield from ()

    def check_log_query(self, query: nodes.LogQuery) -> Iterator[Finding]:
        """Looks at a query in LogQL, wherever it stands."""
        yield from ()

    def check_instrument(self, instrument: nodes.Instrument) -> Iterator[Finding]:
        """Looks at the declaration of an instrument in source."""
        yield from ()

    def check_measurement(self, measurement: nodes.Measurement) -> Iterator[Finding]:
        """Looks at a place in source that gives an instrument its labels."""
        yield from ()

    def check_logger_setup(self, setup: nodes.LoggerSetup) -> Iterator[Finding]:
        """Looks at the place in source that configures logging."""
        yield from ()

    def check_tracing(self, tracing: nodes.Tracing) -> Iterator[Finding]:
        """Looks at the place at which a source file takes part in tracing."""
        yield from ()

    def check_log_call(self, call: nodes.LogCall) -> Iterator[Finding]:
        """Looks at a log call in source."""
        yield from ()

    def check_exposure(self, exposure: nodes.Exposure) -> Iterator[Finding]:
        """Looks at something that is handed to telemetry and should not be seen there."""
        yield from ()

    def check_terminal_write(self, call: nodes.TerminalWrite) -> Iterator[Finding]:
        """Looks at a call that writes to the terminal."""
        yield from ()

    def check_span(self, span: nodes.SpanStart) -> Iterator[Finding]:
        """Looks at a span that source starts."""
        yield from ()

    def check_span_name(self, name: nodes.SpanName) -> Iterator[Finding]:
        """Looks at a name that source gives to a span."""
        yield from ()

    def check_span_handler(self, handler: nodes.SpanHandler) -> Iterator[Finding]:
        """Looks at a handler of exceptions inside a span."""
        yield from ()

    def check_client_use(self, use: nodes.ClientUse) -> Iterator[Finding]:
        """Looks at the use of a client library."""
        yield from ()

    def check_instrumentation(self, instrumentation: nodes.Instrumentation) -> Iterator[Finding]:
        """Looks at a place that instruments libraries."""
        yield from ()

    def check_handoff(self, handoff: nodes.Handoff) -> Iterator[Finding]:
        """Looks at work that is handed on from inside a span."""
        yield from ()

    def check_outside_call(self, call: nodes.OutsideCall) -> Iterator[Finding]:
        """Looks at a call of another file's function."""
        yield from ()

    def check_borrowing(self, borrowing: nodes.Borrowing) -> Iterator[Finding]:
        """Looks at what a source file imports that sounds like telemetry."""
        yield from ()

    def check_wrapper(self, wrapper: nodes.Wrapper) -> Iterator[Finding]:
        """Looks at a function whose parameters end up as labels."""
        yield from ()

    def check_budget(self, budget: nodes.LatencyBudget) -> Iterator[Finding]:
        """Looks at a latency budget."""
        yield from ()

    def check_slo(self, slo: nodes.Slo) -> Iterator[Finding]:
        """Looks at a service level objective."""
        yield from ()

    def check_retention(self, setting: nodes.RetentionSetting) -> Iterator[Finding]:
        """Looks at a statement about how long telemetry is kept."""
        yield from ()

    def check_dashboard(self, dashboard: nodes.Dashboard) -> Iterator[Finding]:
        """Looks at a Grafana dashboard."""
        yield from ()

    def check_panel(self, panel: nodes.Panel) -> Iterator[Finding]:
        """Looks at a panel of a dashboard."""
        yield from ()

    def check_page(self, page: nodes.Page) -> Iterator[Finding]:
        """Looks at a page of Markdown."""
        yield from ()

    def check_runbook(self, runbook: nodes.Runbook) -> Iterator[Finding]:
        """Looks at a page that says what to do about an alert."""
        yield from ()

    def check_alertmanager(self, config: nodes.AlertmanagerConfig) -> Iterator[Finding]:
        """Looks at a whole configuration of Alertmanager."""
        yield from ()

    def check_route(self, route: nodes.Route) -> Iterator[Finding]:
        """Looks at a node of a routing tree."""
        yield from ()

    def check_receiver(self, receiver: nodes.Receiver) -> Iterator[Finding]:
        """Looks at a receiver of notifications."""
        yield from ()

    def check_inhibition(self, inhibition: nodes.Inhibition) -> Iterator[Finding]:
        """Looks at a rule by which one alert mutes another."""
        yield from ()

    def check_time_interval(self, interval: nodes.TimeInterval) -> Iterator[Finding]:
        """Looks at a named stretch of time."""
        yield from ()

    def check_prometheus_config(self, config: nodes.PrometheusConfig) -> Iterator[Finding]:
        """Looks at a configuration of Prometheus as a whole."""
        yield from ()

    def check_operated_prometheus(self, server: nodes.OperatedPrometheus) -> Iterator[Finding]:
        """Looks at a Prometheus that the operator or a chart configures."""
        yield from ()

    def check_scrape_resource(self, resource: nodes.ScrapeResource) -> Iterator[Finding]:
        """Looks at a resource or list that becomes scrape jobs of a Prometheus configured elsewhere."""
        yield from ()

    def check_scrape_job(self, job: nodes.ScrapeJob) -> Iterator[Finding]:
        """Looks at a job that Prometheus scrapes."""
        yield from ()

    def check_probe(self, probe: nodes.Probe) -> Iterator[Finding]:
        """Looks at a module of blackbox_exporter."""
        yield from ()

    def check_cron_probe(self, probe: nodes.CronProbe) -> Iterator[Finding]:
        """Looks at a job that asks for addresses on a schedule."""
        yield from ()

    def check_escalation_policy(self, policy: nodes.EscalationPolicy) -> Iterator[Finding]:
        """Looks at who is called one after the other."""
        yield from ()

    def check_schedule(self, schedule: nodes.Schedule) -> Iterator[Finding]:
        """Looks at who is on call when."""
        yield from ()

    def check_oncall_service(self, service: nodes.OncallService) -> Iterator[Finding]:
        """Looks at what an on-call tool takes notifications for."""
        yield from ()

    def check_collector(self, config: nodes.CollectorConfig) -> Iterator[Finding]:
        """Looks at a configuration of the OpenTelemetry Collector as a whole."""
        yield from ()

    def check_pipeline(self, pipeline: nodes.Pipeline) -> Iterator[Finding]:
        """Looks at a pipeline of a collector."""
        yield from ()

    def check_component(self, component: nodes.Component) -> Iterator[Finding]:
        """Looks at a component of a collector."""
        yield from ()

    def check_unparsable(self, unparsable: nodes.Unparsable) -> Iterator[Finding]:
        """Looks at a document that could not be parsed."""
        yield from ()

    def check_suppression(self, suppression: nodes.Suppression) -> Iterator[Finding]:
        """Looks at a suppression as it is written."""
        yield from ()

    def check_suppression_use(self, use: nodes.SuppressionUse) -> Iterator[Finding]:
        """Looks at what became of a suppression, once all other findings are known."""
        yield from ()

    def check_stale_entry(self, entry: nodes.StaleEntry) -> Iterator[Finding]:
        """Looks at a baseline entry that accepts more than there is."""
        yield from ()

    def check_crash(self, crash: nodes.CrashedRule) -> Iterator[Finding]:
        """Looks at a rule that raised."""
        yield from ()

    def check_project(self, project: Project) -> Iterator[Finding]:
        """Looks at all nodes of a run: for rules that need several files."""
        yield from ()


@cache
def _hooks_of(kind: type[Rule]) -> frozenset[str]:
    return frozenset(
        name for name in dir(Rule) if name.startswith("check_") and getattr(kind, name) is not getattr(Rule, name)
    )
