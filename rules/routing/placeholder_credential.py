"""`routing/placeholder-credential`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import AlertmanagerConfig
from ...lint.telemetry.credentials import State
from ...lint.trials import is_trial
from ._credentials import credentials


class PlaceholderCredential(Rule):
    """
    Flags credentials that only hold the place of one: `<PAGERDUTY_KEY>`, `changeme`, `$SLACK_URL`.

    **Why.**
    Alertmanager loads most of them without a word, and every notification fails: the first to notice is the customer.
    It does not replace environment variables: `$SLACK_URL` is sent as it stands.

    **Instead.**
    Let Alertmanager read the value from a file (`api_url_file`, `routing_key_file`, …) that is mounted where it runs.

    A variable may be filled in before Alertmanager reads the file (`envsubst`, Ansible, a CI job), so that finding has
    low confidence.

    On a page, in a test or an example a placeholder is right, and worth an information only: somebody will copy it.

    Not flagged: values of a templating tool (`{{ … }}`), references of secret stores, empty values.
    """

    id = "routing/placeholder-credential"
    summary = "placeholder where a credential must stand"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.2",)

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        for credential in credentials(config):
            if credential.state is State.PLAIN:
                continue
            variable, value = credential.state is State.VARIABLE, credential.field.value.value
            what = f"variable `{value}`, which Alertmanager leaves as it is" if variable else f"placeholder `{value}`"
            yield self.finding(
                f"`{credential.name}` of {credential.where} is the {what}",
                credential.at,
                help=f"name a file with the value in `{credential.name}_file`",
                confidence=Confidence.LOW if variable else Confidence.HIGH,
                severity=Severity.INFO if is_trial(config.at.source) else None,
            )

    examples = (
        Bad(
            """\
route:
  receiver: pagerduty-critical
receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs:
      - service_key: '<PAGERDUTY_KEY>'
    slack_configs:
      - api_url: $SLACK_URL
      - api_url: https://hooks.slack.com/services/valid-url
      - api_url: https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX
    opsgenie_configs:
      - api_key: changeme
""",
            at=(
                "<PAGERDUTY_KEY>",
                "$SLACK_URL",
                "https://hooks.slack.com/services/valid-url",
                "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
                "changeme",
            ),
        ),
        Good(
            """\
route:
  receiver: pagerduty-critical
receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs:
      - service_key_file: /etc/alertmanager/pagerduty
"""
        ),
        Good(
            """\
route:
  receiver: chat
receivers:
  - name: chat
    slack_configs:
      - api_url: '{{ slack_url }}'
        channel: '<unset>'
""",
            why="a tool fills in the one, and the other is no credential",
        ),
        Bad(
            """\
route: {receiver: chat}
receivers:
  - name: chat
    slack_configs:
      - api_url: https://hooks.slack.com/services/your-webhook
""",
            path="docs/examples/alertmanager.yml",
            at="https://hooks.slack.com/services/your-webhook",
            why="an information only: an example must not hold a true one",
        ),
    )
