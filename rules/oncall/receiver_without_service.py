"""`oncall/receiver-without-service`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import AlertmanagerConfig, EscalationPolicy, Integration, OncallService, Receiver, Schedule

_PAGING = {"pagerduty": "PagerDuty", "opsgenie": "Opsgenie", "victorops": "Splunk On-Call"}
_KEYS = ("routing_key", "service_key", "api_key", "routing_key_file", "service_key_file", "api_key_file")


class ReceiverWithoutService(Rule):
    """
    Flags receivers that page through an on-call tool, for a service that no on-call file declares.

    **Why.**
    The key in the configuration is a letter without an address: which service takes it, and whose phone rings, is
    written nowhere.
    When a team moves or a service is deleted, the page goes to nobody, and the files still look complete.

    **Instead.**
    Declare the service beside the escalation policy: `Service: events-production` in the on-call file, or a
    `pagerduty_service` with its integration in Terraform; and let the receiver or its key file bear its name.

    A service belongs to a receiver when its key is the receiver's, or when its name is part of the receiver's name or
    of the name of its key file.
    Names may be spelt in ways that nobody foresees, so a mismatch of names has low confidence.

    Not flagged: projects without escalation policies or schedules; all receivers, where a service is made by Terraform,
    since its key is only known when it is applied.
    """

    id = "oncall/receiver-without-service"
    summary = "receiver pages for a service that no on-call file declares"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.3", "1.2")
    needs_all = True
    about = (AlertmanagerConfig,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        oncall = [*project.loaded(EscalationPolicy), *project.loaded(Schedule)]
        services = project.all(OncallService)
        if not oncall or any(not service.by_name for service in services):
            return
        for config in project.loaded(AlertmanagerConfig):
            for receiver in config.receivers:
                for integration in receiver.integrations:
                    tool = _PAGING.get(integration.kind)
                    if tool is None or any(_belongs(service, receiver, integration) for service in services):
                        continue
                    yield self.finding(
                        f"`{receiver.name.value}` pages through {tool}, for a service that no on-call file declares",
                        receiver.at,
                        help="declare the service beside its escalation policy, and name the key file after it",
                        related=[Related(node.at, "who is called is declared here") for node in oncall[:1]],
                        confidence=Confidence.LOW if services else Confidence.HIGH,
                    )

    examples = (
        Bad(
            """\
route:
  receiver: pagerduty-critical
receivers:
  - name: pagerduty-critical
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty}]
""",
            at="pagerduty-critical",
            files={
                "oncall.yml": """\
Escalation Policy: Production Critical
Level 1: On-call engineer (immediate)
Level 2: Engineering lead (15 min)
"""
            },
        ),
        Good(
            """\
route:
  receiver: pagerduty-critical
receivers:
  - name: pagerduty-critical
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty-events-production}]
  - name: mail
    email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'mail:25'}]
""",
            files={
                "oncall.yml": """\
Service: events-production
Escalation Policy: Production Critical
Level 1: On-call engineer (immediate)
Level 2: Engineering lead (15 min)
"""
            },
        ),
        Good(
            """\
route:
  receiver: pagerduty-critical
receivers:
  - name: pagerduty-critical
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty}]
""",
            files={
                "oncall.tf": """\
resource "pagerduty_schedule" "primary" {
  name      = "Primary"
  time_zone = "Etc/UTC"
}

resource "pagerduty_service" "api" {
  name              = "Production API"
  escalation_policy = pagerduty_escalation_policy.prod.id
}
"""
            },
        ),
    )


def _belongs(service: OncallService, receiver: Receiver, integration: Integration) -> bool:
    values = [field.value.value for name in _KEYS if (field := integration.fields.get(name)) is not None]
    if service.key is not None and service.key.value in values:
        return True
    name = _bare(service.name.value)
    return bool(name) and any(name in _bare(text) for text in (receiver.name.value, *values))


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
