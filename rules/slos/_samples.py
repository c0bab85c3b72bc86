"""Samples that several rules about objectives show."""

SLO = """\
slos:
  - name: api
    description: Requests that are answered
    target: 99.9%
    window: 30d
    measurement:
      query: sum(rate(requests_total{code!~"5.."}[5m])) / sum(rate(requests_total[5m]))
"""

BURN = """\
- alert: ApiBudgetBurns
  expr: slo:api:error_ratio_rate1h > 14.4 * 0.001 and slo:api:error_ratio_rate5m > 14.4 * 0.001
  labels:
    severity: critical
    slo: api
"""
