"""`metrics/missing-attribution-label`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Instrument
from ...lint.record import field
from ...lint.telemetry.wire import sanitized
from ._declared import called, declared


class MissingAttributionLabel(Rule):
    """
    Flags metrics without the labels by which their costs are told apart: `plan`, `feature`, `tenant`.

    **Why.**
    «What does a free user cost us» and «which feature pays for itself» are answered by labels, and only from the day
    on which they are there.

    **Instead.**
    Name in `required` the metrics that matter, and the labels that each must have; take labels with few values.

    ```toml
    [tool.obsaudit.rules."metrics/missing-attribution-label"]
    required = { "app_billing_*" = ["plan", "feature"] }
    ```

    An OpenTelemetry instrument has the labels that it is measured with.
    Not flagged: metrics whose labels cannot be read.
    """

    id = "metrics/missing-attribution-label"
    summary = "metric lacks the labels that tell its costs apart"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("5.3",)
    opinionated = True
    policy = "required"
    about = (Instrument,)

    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Patterns for names of metrics, and the labels that those must have."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        if not self.required:
            return
        measured = _measured(project)
        for instrument in declared(project):
            labels = _labels(instrument, measured)
            missing = [name for name in self._wanted(instrument) if labels is not None and name not in labels]
            if missing:
                listed = ", ".join(f"`{name}`" for name in missing)
                yield self.finding(
                    f"{called(instrument)} lacks {listed}: its costs cannot be told apart",
                    instrument.at,
                    help=f"add {listed} to its labels",
                )

    def _wanted(self, instrument: Instrument) -> list[str]:
        name = instrument.name
        if name is None:
            return []
        spellings = (name, sanitized(name))
        wanted = (
            label
            for pattern, labels in self.required.items()
            if any(fnmatchcase(spelling, pattern) for spelling in spellings)
            for label in labels
        )
        return list(dict.fromkeys(wanted))

    examples = (
        Bad(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Counter

CHECKOUTS = Counter("app_billing_checkouts_total", "Checkouts", ["plan"])
LOGINS = Counter("app_logins_total", "Logins")
boosts = get_meter(__name__).create_counter("app.billing.boosts")

boosts.add(1, {"feature": "boost"})
""",
            at=('"app_billing_checkouts_total"', '"app.billing.boosts"'),
            path="example.py",
            options={"required": {"app_billing_*": ("plan", "feature")}},
        ),
        Bad(
            """\
import { Counter } from 'prom-client';

const checkouts = new Counter({ name: 'app_billing_checkouts_total', help: 'Checkouts.', labelNames: ['plan'] });
""",
            at="'app_billing_checkouts_total'",
            path="example.ts",
            options={"required": {"app_billing_*": ("plan", "feature")}},
        ),
        Good(
            """\
import { Counter } from 'prom-client';

import { LABELS } from './labels.js';

const checkouts = new Counter({ name: 'app_billing_checkouts_total', help: '.', labelNames: ['feature', 'plan'] });
const refunds = new Counter({ name: 'app_billing_refunds_total', help: 'Refunds.', labelNames: LABELS });
""",
            path="example.ts",
            options={"required": {"app_billing_*": ("plan", "feature")}},
        ),
        Good(
            """\
from prometheus_client import Counter

CHECKOUTS = Counter("app_billing_checkouts_total", "Checkouts")
""",
            path="example.py",
            why="nothing is asked for",
        ),
    )


def _measured(project: Project) -> dict[Instrument, set[str] | None]:
    """The labels that each instrument is measured with; None where they cannot all be read."""
    found: dict[Instrument, set[str] | None] = {}
    for measurement in project.source.measurements:
        if measurement.instrument is None or measurement.through:
            continue
        known = found.setdefault(measurement.instrument, set())
        if not measurement.complete:
            found[measurement.instrument] = None
        elif known is not None:
            known.update(label.name for label in measurement.labels if label.name is not None)
    return found


def _labels(instrument: Instrument, measured: Mapping[Instrument, set[str] | None]) -> set[str] | None:
    """The labels of an instrument as they are declared, or else passed; None where they are not known."""
    if instrument.labels is not None:
        return {label.value for label in instrument.labels}
    return measured.get(instrument)
