"""`routing/plaintext-secret`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import AlertmanagerConfig
from ...lint.telemetry.credentials import State
from ...lint.trials import confidence_at
from ._credentials import credentials


class PlaintextSecret(Rule):
    """
    Flags passwords, keys, tokens and webhook URLs that stand in the configuration itself.

    **Why.**
    Whoever reads the repository, its history or a backup can page the team, write to its channels, or read its mail.
    A secret in Git stays there after it is deleted.

    **Instead.**
    Let Alertmanager read a file: nearly every credential has a twin that ends in `_file` (`routing_key_file`,
    `api_url_file`, `smtp_auth_password_file`), and `password` in `basic_auth` has `password_file`.
    Then revoke what was committed.

    A Kubernetes Secret in a repository is no safer, in base64 neither.

    In a test, an example or on a page it may be invented: low confidence.

    Not flagged: URLs without a credential in them, values that another tool fills in or decrypts, and placeholders,
    which are a finding of `routing/placeholder-credential`.
    """

    id = "routing/plaintext-secret"
    summary = "credential stands in the configuration"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.2",)

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        for credential in credentials(config):
            if credential.state is State.PLAIN:
                twin = "key_file" if credential.name == "key" else f"{credential.name}_file"
                yield self.finding(
                    f"`{credential.name}` of {credential.where} stands here in plain text",
                    credential.at,
                    help=f"put it into a file outside the repository, name that in `{twin}`, and revoke this one",
                    confidence=confidence_at(config.at.source),
                )

    examples = (
        Bad(
            """\
global:
  smtp_auth_password: correct-horse-battery
route:
  receiver: pager
receivers:
  - name: pager
    pagerduty_configs:
      - routing_key: "8e3b1c5d9f0a4e7d8c6b5a4f3e2d1c0b"
    webhook_configs:
      - url: https://bot:hunter2@chat.example.com/alerts
        http_config:
          authorization: {credentials: eyJhbGciOi}
""",
            at=(
                "correct-horse-battery",
                "8e3b1c5d9f0a4e7d8c6b5a4f3e2d1c0b",
                "https://bot:hunter2@chat.example.com/alerts",
                "eyJhbGciOi",
            ),
        ),
        Bad(
            """\
apiVersion: v1
kind: Secret
data:
  alertmanager.yml: >-
    cmVjZWl2ZXJzOiBbe25hbWU6IGEsIG9wc2dlbmllX2NvbmZpZ3M6IFt7YXBpX2tleTogYTFiMmMzZDR9
    XX1dCnJvdXRlOiB7cmVjZWl2ZXI6IGF9
""",
            at="",
            why="base64 hides nothing; the place is where the value begins",
        ),
        Good(
            """\
global:
  smtp_auth_password_file: /etc/alertmanager/smtp
route:
  receiver: pager
receivers:
  - name: pager
    pagerduty_configs:
      - routing_key_file: /etc/alertmanager/pagerduty
    webhook_configs:
      - url: http://127.0.0.1:5001/
    victorops_configs:
      - api_key_file: /etc/alertmanager/victorops
        routing_key: database
"""
        ),
        Good(
            """\
route:
  receiver: a
receivers:
  - name: a
    slack_configs:
      - api_url: '{{ .Values.slack }}'
    opsgenie_configs:
      - api_key: ENC[AES256_GCM,data:p673w==,type:str]
"""
        ),
    )
