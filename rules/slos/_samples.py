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

# An objective of OpenSLO whose indicator stands in another file.
REFERRING = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: search-availability}
spec:
  service: search
  indicatorRef: search-success
  timeWindow: [{duration: 28d, isRolling: true}]
  objectives: [{target: 0.999}]
"""
INDICATOR = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: search-success}
spec:
  ratioMetric:
    good: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(search_total{ok="1"}[5m]))'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(search_total[5m]))'}}}
"""
RAW = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: search-success}
spec:
  ratioMetric: {raw: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(search_total{ok="1"}[5m]))'}}}}
"""
