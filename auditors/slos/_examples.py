"""What the examples of this folder are made of."""

from __future__ import annotations

from ..answers import Json
from ..auditor import queried, vector

SLOS = """\
slos:
  - name: checkout
    target: 99.9%
    window: 30d
    measurement:
      query: sum(rate(checkout_total{result="success"}[5m])) / sum(rate(checkout_total[5m]))
"""

RATIO = '1 - (sum(rate(checkout_total{result="success"}[W])) / sum(rate(checkout_total[W])))'
SAMPLED = (
    '1 - (avg_over_time((sum(rate(checkout_total{result="success"}[5m])) / sum(rate(checkout_total[5m])))[30d:1h]))'
)


def errors(**by_window: float | None) -> dict[str, Json]:
    """The share of bad events of that objective over each window, as in `w1h=0.01`; None without traffic."""
    return {
        queried(
            '1 - (sum(rate(checkout_total{result="success"}[W])) / sum(rate(checkout_total[W])))'.replace(
                "W", window[1:]
            )
        ): vector(*([({}, value)] if value is not None else []))
        for window, value in by_window.items()
    }
