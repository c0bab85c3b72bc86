"""A configuration without a fault, which examples break in one place."""

WHOLE = """\
global:
  scrape_interval: 15s
  evaluation_interval: 30s

rule_files:
  - alerts/*.yml

alerting:
  alertmanagers:
    - static_configs:
        - targets: [alertmanager:9093]

scrape_configs:
  - job_name: api
    sample_limit: 20000
    label_limit: 30
    static_configs:
      - targets: [api:9464]
"""

ALERT = """\
groups:
  - name: api
    rules:
      - alert: ApiErrors
        expr: sum by (route) (rate(http_requests_total{job="api", status="500"}[5m])) > 1
"""

MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: api
  namespace: shop
spec:
  jobLabel: app
  selector:
    matchLabels:
      app: api
  endpoints:
    - port: metrics
      interval: 30s
      scrapeTimeout: 10s
"""
"""A resource of the operator without a fault; what is appended belongs to its endpoint."""

COLLECTOR = """\
receivers: {otlp: {}}
processors:
  filter:
    metrics:
      metric:
        - name == "http.requests" or IsMatch(name, "^go_.*")
exporters: {prometheusremotewrite: {endpoint: https://store.example/push}}
service:
  pipelines:
    metrics:
      receivers: [otlp]
      processors: [filter]
      exporters: [prometheusremotewrite]
"""
"""A collector that drops a metric by its name."""

JOBS = """\
- job_name: api
  scrape_timeout: 20s
  static_configs:
    - targets: [api:9464]
"""
"""A list of jobs, as `additionalScrapeConfigs` of a Prometheus resource names one; what is appended belongs to it."""

OPERATED = """\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: k8s
spec:
  scrapeInterval: 30s
  evaluationInterval: 30s
"""
"""A Prometheus that the operator runs."""
