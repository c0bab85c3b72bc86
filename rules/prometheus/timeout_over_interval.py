"""`prometheus/timeout-over-interval`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import PrometheusConfig, ScrapeJob
from ...lint.telemetry.duration import seconds, spell
from ._samples import MONITOR, WHOLE

_DEFAULT = 60.0


class TimeoutOverInterval(Rule):
    """
    Flags scrape timeouts that are longer than the interval.

    **Why.**
    A scrape must be over before the next one begins: Prometheus refuses the whole file, and its operator leaves the
    whole resource out, with a warning that only its log and an event tell.

    **Instead.**
    Shorten the timeout, or scrape less often.

    Not flagged: a job that scrapes more often than the timeout of `global`, which Prometheus shortens by itself; and a
    ServiceMonitor and its like without an interval of their own, which is that of a server not known here.
    """

    id = "prometheus/timeout-over-interval"
    summary = "scrape may last longer than its interval"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_scrape_job(self, job: ScrapeJob) -> Iterator[Finding]:
        length, every = job.timeout_seconds, job.interval_seconds
        if job.timeout is not None and length is not None and every is not None and length > every:
            yield self.finding(
                f"`{job.name.value}` may take {job.timeout.value} for a scrape, and scrapes every {spell(every)}",
                job.place(job.timeout),
                help=f"shorten the timeout, or lengthen `{job.spelling.of('scrape_interval')}`",
            )

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        timeout, interval = (config.settings.text_at("global", name) for name in ("scrape_timeout", "scrape_interval"))
        length = seconds(timeout.value) if timeout is not None else None
        every = seconds(interval.value) if interval is not None else _DEFAULT
        if timeout is not None and length is not None and every is not None and length > every:
            yield self.finding(
                f"a scrape may take {timeout.value}, and there is one every {spell(every)}",
                config.place(timeout),
                help="shorten the timeout, or lengthen `scrape_interval`",
            )

    examples = (
        Bad(WHOLE.replace("    sample_limit", "    scrape_timeout: 30s\n    sample_limit"), at="30s"),
        Bad(WHOLE.replace("  evaluation", "  scrape_timeout: 20s\n  evaluation"), at="20s"),
        Bad(MONITOR.replace("scrapeTimeout: 10s", "scrapeTimeout: 40s"), at="40s"),
        Good(MONITOR.replace("interval: 30s", "path: /metrics").replace("scrapeTimeout: 10s", "scrapeTimeout: 40s")),
        Good(WHOLE.replace("    sample_limit", "    scrape_timeout: 15s\n    sample_limit")),
        Good(
            WHOLE.replace("  evaluation", "  scrape_timeout: 12s\n  evaluation").replace(
                "    sample_limit", "    scrape_interval: 10s\n    sample_limit"
            ),
            why="Prometheus shortens the timeout of `global`",
        ),
        Good(WHOLE.replace("    sample_limit", "    scrape_timeout: ${TIMEOUT}\n    sample_limit")),
    )
