"""Configurations that the examples of these rules are made of."""

POLICIES = """\
processors:
  tail_sampling:
    policies:
"""
ERRORS = "      - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}\n"
SLOW = "      - {name: slow, type: latency, latency: {threshold_ms: 1000}}\n"
TENTH = "      - {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}\n"

GATEWAY = """\
receivers:
  otlp:
    protocols: {grpc: {endpoint: "${env:POD_IP}:4317"}}
exporters:
  otlp_grpc:
    endpoint: tempo:4317
processors:
  memory_limiter: {check_interval: 1s, limit_percentage: 80}
  batch:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp_grpc]
"""
