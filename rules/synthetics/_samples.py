"""Files that the examples of these rules are made of."""

MODULES = """\
modules:
  health:
    prober: http
    timeout: 5s
    http:
      fail_if_not_ssl: true
"""
JOB = """\
scrape_configs:
  - job_name: probe
    metrics_path: /probe
    params:
      module: [health]
    static_configs:
      - targets: [https://api.example/health]
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: blackbox:9115
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: health-check
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: curl
              image: curlimages/curl:8.11.0
              command: [curl, --fail, https://api.example/health]
"""
ASKS_PROBER = "*/5 * * * * curl -fsS 'http://blackbox:9115/probe?module=http_post&target=https://api.example'\n"
BROWSER = """\
on:
  schedule:
    - cron: "17 * * * *"
jobs:
  browser:
    runs-on: ubuntu-latest
    steps:
      - run: npx playwright test
"""
ALERT = "- alert: ProbeFails\n  expr: probe_success == 0\n"
