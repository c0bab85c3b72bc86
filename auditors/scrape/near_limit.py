"""See `NearLimit`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..live import Live

_QUERY = "topk(50, scrape_samples_post_metric_relabeling / (scrape_sample_limit > 0))"
_LIMITS = "count(scrape_sample_limit)"


class NearLimit(Auditor):
    """
    Flags targets that expose nearly as many samples as their job's `sample_limit` lets through.

    **Why.**
    One sample more than the limit and the whole scrape fails: the target is down, with all its metrics.
    It happens when a label gets new values, that is under load.

    **Instead.**
    Find what grows (`cardinality/label-values`), or raise the limit while there is time.

    It does not flag jobs without a limit.
    It needs the limits as metrics, which Prometheus has with `--enable-feature=extra-scrape-metrics`.
    """

    id: ClassVar[str] = "scrape/near-limit"
    summary: ClassVar[str] = "target near its sample limit"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1", "3.2")

    max_share: float = 0.8
    """The share of the limit that a target may use."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the samples of each target with its limit."""
        shares = live.query(_QUERY)
        if not shares and not live.query(_LIMITS):
            yield Skipped(self.id, "the server does not record `scrape_sample_limit` (`extra-scrape-metrics`)")
        for sample in shares:
            if sample.value > self.max_share:
                name = f"{sample.labels.get('job', '')}/{sample.labels.get('instance', '')}"
                yield self.finding(
                    f"`{name}` uses {sample.value:.0%} of its job's `sample_limit`",
                    live.place(f"target {name}"),
                    help="expose fewer series, or raise the limit",
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_QUERY): vector(
                    ({"job": "web", "instance": "web-1:9464"}, 0.97), ({"job": "api", "instance": "api-1:9464"}, 0.2)
                )
            },
            subjects=("target web/web-1:9464",),
        ),
        Holds(why="no job has a limit", answers={queried(_QUERY): vector(), queried(_LIMITS): vector(({}, 5))}),
        Unknown(
            why="the limits are not recorded",
            answers={queried(_QUERY): vector(), queried(_LIMITS): vector()},
            because="does not record",
        ),
    )
