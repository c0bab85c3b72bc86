"""`prometheus/bad-regex`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, re2
from ...lint.nodes import PrometheusConfig, ScrapeResource
from ...lint.telemetry.credentials import filled_in
from ._samples import MONITOR, WHOLE


class BadRegex(Rule):
    """
    Flags patterns of relabelling that Go's regular expressions (RE2) do not have.

    **Why.**
    Prometheus refuses the whole file; its operator leaves out the ServiceMonitor (PodMonitor, Probe, ScrapeConfig), and
    nothing of it is scraped.
    Look-ahead, look-behind and back-references work in the tool in which the pattern was tried, and not here.

    **Instead.**
    Write what RE2 has: for «all but» keep and drop in two steps, or `action: drop` with what is not wanted.

    Not flagged: patterns that another tool fills in, and those that cannot be judged here.
    """

    id = "prometheus/bad-regex"
    summary = "pattern that Prometheus refuses"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        yield from self._patterns(config)

    def check_scrape_resource(self, resource: ScrapeResource) -> Iterator[Finding]:
        yield from self._patterns(resource)

    def _patterns(self, config: PrometheusConfig | ScrapeResource) -> Iterator[Finding]:
        for entry in config.settings.walk():
            text = entry.value.text
            if entry.key.value != "regex" or text is None or filled_in(text.value):
                continue
            refusal = re2.regex(text.value)
            if isinstance(refusal, re2.Refusal):
                yield self.finding(
                    f"the pattern does not parse: {refusal.message}",
                    config.place(text, *_span(refusal, text.value)),
                    help="see the syntax of RE2",
                )

    examples = (
        Bad(
            WHOLE
            + """\
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: (?!app_).*
        action: drop
""",
            at="(?!app_).*",
        ),
        Bad(
            MONITOR
            + """\
      metricRelabelings:
        - {sourceLabels: [__name__], regex: '(?!app_).*', action: drop}
""",
            at="(?!app_).*",
        ),
        Bad(WHOLE + "    relabel_configs: [{regex: 'a[b', action: labeldrop}]\n", at="[b"),
        Good(WHOLE + "    relabel_configs: [{regex: 'a[b]+', action: labeldrop}]\n"),
        Good(WHOLE + "    relabel_configs: [{regex: '{{ drop }}', action: labeldrop}]\n"),
    )


def _span(refusal: re2.Refusal, pattern: str) -> tuple[int, int]:
    """From what is refused to the end; the whole pattern where that is its end."""
    return (refusal.offset if refusal.offset < len(pattern) else 0, len(pattern))
