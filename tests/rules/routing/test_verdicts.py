"""What Alertmanager refuses has an error here, and what it takes has none of the kind that it knows."""

import base64
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml

from obsaudit.lint import Severity
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

AMTOOL = shutil.which("amtool")
CORPUS = Path(__file__).parents[3].parent / "shared" / "corpora" / "alertmanager"
FILES = sorted(CORPUS.rglob("*.yml")) if CORPUS.is_dir() else []

# What Alertmanager itself would say; that a secret stands in a file is nothing to it.
KNOWN = ("routing/undefined-receiver", "meta/unparsable")

NEWER = "a key that Alertmanager 0.25 does not know, and today's does"
OTHER = "not a configuration of Alertmanager: nothing in it is recognised, and nothing is said"
DIFFERENT = {
    "cli/config/testdata/amtool.bad.yml": OTHER,
    "cli/config/testdata/amtool.good1.yml": OTHER,
    "cli/config/testdata/amtool.good2.yml": OTHER,
    "cli/config/testdata/http_config.bad.yml": OTHER,
    "cli/config/testdata/http_config.basic_auth.good.yml": OTHER,
    "cli/config/testdata/http_config.good.yml": OTHER,
    "cli/testdata/conf.bad.yml": OTHER,
    "examples/ha/tls/tls_config_node1.yml": OTHER,
    "examples/ha/tls/tls_config_node2.yml": OTHER,
    "config/testdata/conf.mattermost-default-webhook-url-file.yml": NEWER,
    "config/testdata/conf.mattermost-default-webhook-url.yml": NEWER,
    "config/testdata/conf.rocketchat-default-token-file.yml": NEWER,
    "config/testdata/conf.rocketchat-default-token.yml": NEWER,
    "config/testdata/conf.smtp-password-global-and-local.yml": NEWER,
    "config/testdata/conf.telegram-default-bot-token-file.yml": NEWER,
    "config/testdata/conf.telegram-default-bot-token.yml": NEWER,
    "config/testdata/conf.wechat-default-api-secret-file.yml": NEWER,
    "doc/examples/route_labels.yml": NEWER,
    "doc/examples/simple.yml": NEWER,
}

GOOD = """\
global:
  resolve_timeout: 5m
  smtp_smarthost: mail.example.com:587
  smtp_from: alerts@example.com
  smtp_auth_password_file: /etc/alertmanager/smtp
route:
  receiver: mail
  group_by: [alertname, cluster]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - matchers: [severity="critical", team=~"db|web"]
      receiver: pager
      continue: true
      mute_time_intervals: [nights]
    - match_re: {service: ^(foo1|foo2)$}
      receiver: chat
      group_by: ['...']
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_match: {severity: warning}
    equal: [alertname]
receivers:
  - name: mail
    email_configs: [{to: oncall@example.com, send_resolved: true}]
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty}]
    webhook_configs: [{url: http://127.0.0.1:5001/, max_alerts: 5}]
  - name: chat
    slack_configs:
      - api_url_file: /etc/alertmanager/slack
        channel: '#alerts'
        http_config: {follow_redirects: false, tls_config: {insecure_skip_verify: true}}
    opsgenie_configs:
      - api_key_file: /etc/alertmanager/opsgenie
        responders: [{name: team-x, type: team}]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: '22:00', end_time: '24:00'}]
        weekdays: ['monday:friday', sunday]
        days_of_month: ['1:5', '-3:-1']
        months: ['january:march', '12']
        years: ['2026:2028']
        location: Europe/Berlin
templates: ['/etc/alertmanager/*.tmpl']
"""
MUTATIONS = [
    ("receiver: chat\n", "receiver: chatt\n"),
    ("route:\n  receiver: mail\n", "route:\n"),
    ("route:\n", "rout:\n"),
    ("  receiver: mail\n", "  receiver: mail\n  continue: true\n"),
    ("  receiver: mail\n", '  receiver: mail\n  matchers: [a="b"]\n'),
    ("  receiver: mail\n", "  receiver: mail\n  mute_time_intervals: [nights]\n"),
    ("[alertname, cluster]", "[alertname, alertname]"),
    ("[alertname, cluster]", "alertname"),
    ("['...']", "['...', alertname]"),
    ("group_wait: 30s", "group_wait: 30 seconds"),
    ("group_wait: 30s", "group_wiat: 30s"),
    ("group_interval: 5m", "group_interval: 0s"),
    ("repeat_interval: 4h", "repeat_interval: 4h\n  repeat_interval: 5h"),
    ("continue: true", "continue: 'true'"),
    ("continue: true", "continue: maybe"),
    ('team=~"db|web"', 'team=~"db|(web"'),
    ('team=~"db|web"', 'team=~"(?=db)"'),
    ('team=~"db|web"', "'team'"),
    ('severity="critical", team', 'severity="crit"ical, team'),
    ("^(foo1|foo2)$", "^(foo1|foo2$"),
    ("{service: ^(foo1|foo2)$}", "{ser-vice: foo}"),
    ("{service: ^(foo1|foo2)$}", "{service: }"),
    ("[nights]", "[weekends]"),
    ("name: nights", "name: ''"),
    ("'22:00'", "'25:00'"),
    ("sunday]", "sun]"),
    ("'12'", "'decembre'"),
    ("'-3:-1'", "'0:3'"),
    ("'2026:2028'", "'soon'"),
    ("  - name: pager\n", "  - name: mail\n"),
    ("  - name: pager\n", "  - nam: pager\n"),
    ("to: oncall@example.com, ", ""),
    ("  smtp_smarthost: mail.example.com:587\n", ""),
    ("mail.example.com:587", "mail.example.com"),
    ("  smtp_from: alerts@example.com\n", ""),
    ("smtp_auth_password_file: /etc/alertmanager/smtp", "smtp_auth_password_file: /x\n  smtp_auth_password: y"),
    ("resolve_timeout: 5m", "resolve_timeout: soon"),
    ("routing_key_file: /etc/alertmanager/pagerduty", "client: x"),
    ("url: http://127.0.0.1:5001/", "url: 127.0.0.1:5001"),
    ("url: http://127.0.0.1:5001/, ", ""),
    ("max_alerts: 5", "max_alert: 5"),
    ("api_url_file: /etc/alertmanager/slack", "title: x"),
    ("api_url_file: /etc/alertmanager/slack", "api_url_file: /x\n        api_url: https://example.com/y"),
    ("follow_redirects: false", "follow_redirect: false"),
    ("insecure_skip_verify: true", "insecure_skip_verify: sometimes"),
    ("api_key_file: /etc/alertmanager/opsgenie", "message: x"),
    ("{name: team-x, type: team}", "{type: team}"),
    ("{name: team-x, type: team}", "{name: team-x}"),
    ("target_match:", "target_matches:"),
    ("target_match: {severity: warning}", "target_match_re: {severity: '('}"),
    ("opsgenie_configs", "opsgeni_configs"),
    ("templates:", "template:"),
]


def errors(text, folder):
    file = folder / "alertmanager.yml"
    file.write_text(text)
    request = Request(
        paths=["alertmanager.yml"],
        config=Config(root=folder, select=("routing", "meta")),
        rules=ALL,
        cwd=folder,
        today=date(2026, 11, 23),
        cache=Cache(None, ""),
    )
    return [finding for finding in run(request).shown if finding.severity is Severity.ERROR and finding.rule in KNOWN]


def refused(file):
    return subprocess.run([AMTOOL, "check-config", str(file)], capture_output=True, check=False).returncode != 0


def agrees(file, text, folder):
    return refused(file) is bool(errors(text, folder))


needs_amtool = pytest.mark.skipif(AMTOOL is None, reason="needs amtool of the Debian package prometheus-alertmanager")


@needs_amtool
@pytest.mark.skipif(not FILES, reason="the corpus is not there")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CORPUS).as_posix())
def test_the_verdicts_on_the_corpus_are_those_of_amtool(file, tmp_path):
    """
    Refused means an error, accepted means none; what differs is listed with its reason, and differs.
    """
    expected = file.relative_to(CORPUS).as_posix() not in DIFFERENT

    assert expected is agrees(file, file.read_text(), tmp_path)


def test_the_good_configuration_has_no_errors(tmp_path):
    """
    What every mutation below starts from is clean.
    """
    assert [] == errors(GOOD, tmp_path)


@pytest.mark.parametrize(("old", "new"), MUTATIONS, ids=[f"{old}→{new}"[:60] for old, new in MUTATIONS])
def test_every_mistake_has_an_error(old, new, tmp_path):
    """
    One change, and Alertmanager would not load it: amtool agrees where it is there.
    """
    text = GOOD.replace(old, new, 1)
    assert text != GOOD

    found = errors(text, tmp_path)

    assert found
    assert AMTOOL is None or refused(tmp_path / "alertmanager.yml")


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: f"apiVersion: v1\nkind: Secret\nstringData:\n  alertmanager.yaml: |\n{indent(text, 4)}",
        lambda text: f"apiVersion: v1\nkind: ConfigMap\ndata:\n  alertmanager.yml: |\n{indent(text, 4)}",
        lambda text: f"alertmanager:\n  config:\n{indent(text, 4)}",
        lambda text: f"alertmanager_config: |\n{indent(text, 2)}",
        lambda text: yaml.safe_dump({"kind": "List", "items": [secret({"alertmanager.yaml": encoded(text)})]}),
    ],
    ids=["secret", "configmap", "helm", "mimir", "base64-in-list"],
)
def test_a_configuration_is_read_in_every_wrapper(wrap, tmp_path):
    """
    The wrapper changes nothing: clean stays clean, and a mistake is found inside.
    """
    assert [] == errors(wrap(GOOD), tmp_path)
    assert ["routing/undefined-receiver"] == [
        finding.rule for finding in errors(wrap(GOOD.replace("receiver: chat\n", "receiver: chatt\n")), tmp_path)
    ]


def indent(text, width):
    return "".join(" " * width + line for line in text.splitlines(keepends=True))


def secret(data):
    return {"apiVersion": "v1", "kind": "Secret", "data": data}


def encoded(text):
    return base64.b64encode(text.encode()).decode()
