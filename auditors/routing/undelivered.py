"""See `Undelivered`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..figures import asked
from ..live import Live

_SENT = "sum by (integration) (increase(alertmanager_notifications_total[1d]))"
_FAILED = "sum by (integration) (increase(alertmanager_notifications_failed_total[1d])) > 0"
_RELOADED = "min by (instance) (alertmanager_config_last_reload_successful) == 0"
_DROPPED = "sum by (alertmanager) (increase(prometheus_notifications_errors_total[1d])) > 0"


class Undelivered(Auditor):
    """
    Flags notifications that did not arrive: Alertmanager could not send them, or Prometheus could not reach it.

    **Why.**
    The alert fired, and nobody was told; the log line that says so is on a machine that nobody watches.

    **Instead.**
    Test the receiver (`amtool alert add`), renew its credential, and alert on
    `alertmanager_notifications_failed_total` through a second channel.

    It reads the counters of the last day, so Alertmanager has to be scraped.
    A configuration that Alertmanager refused is flagged, too: it goes on with the old one.
    Silences are what `routing/forgotten-silence` is about.
    """

    id: ClassVar[str] = "routing/undelivered"
    summary: ClassVar[str] = "notification did not arrive"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.2",)

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares what was sent with what failed, by integration."""
        sent = {sample.labels.get("integration", ""): sample.value for sample in live.query(_SENT)}
        yield from self._unreached(live)
        if not sent:
            yield Skipped(self.id, "the server scrapes no Alertmanager: what it sent is not known")
            return
        failed = {sample.labels.get("integration", ""): sample.value for sample in live.query(_FAILED)}
        used = [name for name, count in sent.items() if count or name in failed]
        yield Table(
            title="Notifications",
            columns=("integration", "sent", "failed"),
            rows=tuple((name, f"{sent[name]:,.0f}", f"{failed.get(name, 0):,.0f}") for name in sorted(used)),
            numeric=frozenset({1, 2}),
            note=f"alertmanager_notifications_total of the last day, {asked(live)}",
        )
        for name, count in sorted(failed.items()):
            yield self.finding(
                f"{count:,.0f} of {sent.get(name, 0):,.0f} notifications through `{name}` failed in the last day",
                live.place(f"integration {name}"),
                help="test the receiver, and look at Alertmanager's log",
            )
        for sample in live.query(_RELOADED):
            yield self.finding(
                "Alertmanager refused its configuration, and goes on with the old one",
                live.place(f"alertmanager {sample.labels.get('instance', '')}"),
                help="`amtool check-config` says why",
            )

    def _unreached(self, live: Live) -> Iterator[Finding]:
        for sample in live.query(_DROPPED):
            name = sample.labels.get("alertmanager", "")
            yield self.finding(
                f"Prometheus could not send {sample.value:,.0f} notifications to `{name}` in the last day",
                live.place(f"alertmanager {name}"),
                help="see whether it runs, and whether its address is right",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_SENT): vector(({"integration": "slack"}, 40), ({"integration": "pagerduty"}, 8)),
                queried(_FAILED): vector(({"integration": "slack"}, 12)),
                queried(_RELOADED): vector(({"instance": "alertmanager:9093"}, 0)),
                queried(_DROPPED): vector(({"alertmanager": "http://old:9093/api/v2/alerts"}, 30)),
            },
            subjects=(
                "alertmanager http://old:9093/api/v2/alerts",
                "integration slack",
                "alertmanager alertmanager:9093",
            ),
        ),
        Holds(
            answers={
                queried(_SENT): vector(({"integration": "slack"}, 40), ({"integration": "email"}, 0)),
                queried(_FAILED): vector(),
                queried(_RELOADED): vector(),
                queried(_DROPPED): vector(),
            }
        ),
        Unknown(answers={queried(_SENT): vector(), queried(_DROPPED): vector()}, because="scrapes no Alertmanager"),
    )
