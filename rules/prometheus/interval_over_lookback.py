"""`prometheus/interval-over-lookback`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Node, OperatedPrometheus, PrometheusConfig, ScrapeJob
from ...lint.region import Text
from ...lint.telemetry.duration import seconds, spell
from ._samples import MONITOR, OPERATED, WHOLE


class IntervalOverLookback(Rule):
    """
    Flags scrape intervals as long as the look-back of queries, or longer.

    **Why.**
    A query looks five minutes back for the last sample of a series.
    Where samples come every ten minutes, a series is there half of the time and gone the other half: alerts on it
    resolve and fire again, and graphs have holes.

    **Instead.**
    Scrape at least every two minutes, which also survives one failed scrape.
    A server that runs with another `--query.lookback-delta` says so in `lookback`.
    """

    id = "prometheus/interval-over-lookback"
    summary = "series vanish between scrapes"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    lookback: str = "5m"
    """The server's `--query.lookback-delta`."""

    def check_scrape_job(self, job: ScrapeJob) -> Iterator[Finding]:
        if job.interval is not None and (length := self._too_long(job.interval.value)) is not None:
            yield self.finding(
                f"`{job.name.value}` is scraped every {spell(length)}, and a query looks {self.lookback} back",
                job.place(job.interval),
                help="scrape it at least every 2m",
            )

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        yield from self._general(config, config.settings.text_at("global", "scrape_interval"))

    def check_operated_prometheus(self, server: OperatedPrometheus) -> Iterator[Finding]:
        yield from self._general(server, server.scrape_interval)

    def _general(self, node: Node, interval: Text | None) -> Iterator[Finding]:
        if interval is not None and (length := self._too_long(interval.value)) is not None:
            yield self.finding(
                f"targets are scraped every {spell(length)}, and a query looks {self.lookback} back",
                node.place(interval),
                help="scrape at least every 2m",
            )

    def _too_long(self, interval: str) -> float | None:
        length = seconds(interval)
        return length if length is not None and length >= (seconds(self.lookback) or 0) else None

    examples = (
        Bad(WHOLE.replace("15s", "10m"), at="10m"),
        Bad(WHOLE.replace("    sample_limit", "    scrape_interval: 5m\n    sample_limit"), at="5m"),
        Bad(MONITOR.replace("30s", "10m"), at="10m"),
        Bad(OPERATED.replace("scrapeInterval: 30s", "scrapeInterval: 5m"), at="5m"),
        Good(OPERATED),
        Good(WHOLE.replace("15s", "2m")),
        Good(WHOLE.replace("15s", "10m"), options={"lookback": "15m"}),
    )
