"""Escalation policies and schedules: in words, in mappings, in Terraform."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.documents.hcl import HclError, parse_hcl
from obsaudit.lint.nodes import EscalationPolicy, OncallService, Schedule, Unparsable

SEED = """\
Escalation Policy: Production Critical

Level 1: On-call engineer (immediate)
Level 2: Engineering lead (15 min)
Level 3: CTO (30 min)
"""
MAPPING = """\
escalation_policies:
  - name: production
    repeat: 2
    levels:
      - {notify: [primary, ada], after: 0s}
      - {notify: lead, after: 15 minutes}
      - {notify: cto, delay: 30}
"""
TERRAFORM = """\
# comment with a { brace
locals { x = "${jsonencode({ a = "}" })}" }

resource "pagerduty_escalation_policy" "prod" {
  name        = "Production"
  description = <<-EOT
    braces { do not count
  EOT
  num_loops   = 2
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "schedule_reference"
      id   = pagerduty_schedule.primary.id
    }
  }
  rule {
    escalation_delay_in_minutes = 20
    target { id = pagerduty_user.lead.id }
  }
  rule {
    escalation_delay_in_minutes = 20
    target { id = pagerduty_user.cto.id }
  }
}

resource "pagerduty_schedule" "primary" {
  name      = "Primary"
  time_zone = "Etc/UTC" // fine
  layer {
    users = [
      pagerduty_user.ada.id,
      pagerduty_user.grace.id, # two
    ]
  }
}

resource "pagerduty_service" "api" {
  name = "API"
}
"""


def nodes(text, path="oncall.yml"):
    return parse(Text.of_file(text, path), path, SourceSettings()).nodes


def levels(policy):
    return [(level.targets, level.after) for level in policy.levels]


def test_the_words_of_a_page_are_a_policy():
    """
    «Level 2: Engineering lead (15 min)» says who and when; nothing says that it begins again.
    """
    (policy,) = nodes(SEED)

    assert "Production Critical" == policy.name.value
    assert [(("On-call engineer",), 0.0), (("Engineering lead",), 900.0), (("CTO",), 1800.0)] == levels(policy)
    assert 0 == policy.repeats


def test_the_same_in_a_fenced_block():
    """
    A policy in a page is read where it stands.
    """
    found = nodes(f"# On call\n\n```yaml\n{SEED}```\n", "ONCALL.md")

    assert [4] == [node.at.region.start.line for node in found if isinstance(node, EscalationPolicy)]


def test_mappings_and_lists_say_the_same():
    """
    Delays are durations or minutes, targets one or several.
    """
    (policy,) = nodes(MAPPING)

    assert [(("primary", "ada"), 0.0), (("lead",), 900.0), (("cto",), 1800.0)] == levels(policy)
    assert 2 == policy.repeats


@pytest.mark.parametrize(
    ("text", "members", "secondary"),
    [
        ("On-Call Schedule:\n  Primary on-call: Rotating weekly\n  Secondary on-call: lead\n", None, True),
        ("on_call_schedule:\n  primary: weekly\n  members: ada, grace\n", ("ada", "grace"), False),
        ("onCallSchedules:\n  - name: a\n    users: [{name: ada}, {email: g@x}]\n", ("ada", "g@x"), None),
    ],
)
def test_a_schedule_says_who_is_on_call(text, members, secondary):
    """
    People that are not named are unknown, not missing.
    """
    (schedule,) = nodes(text)

    assert (members, secondary) == (schedule.members, schedule.secondary)


def test_terraform_is_read_with_places():
    """
    Delays of PagerDuty add up; lists are counted; comments, heredocs and nested strings confuse nobody.
    """
    policy, schedule, service = nodes(TERRAFORM, "oncall.tf")

    assert (EscalationPolicy, Schedule, OncallService) == (type(policy), type(schedule), type(service))
    assert [0.0, 600.0, 1800.0] == [level.after for level in policy.levels]
    assert (2, (4, 25)) == (policy.repeats, policy.lines)
    assert ("pagerduty_user.ada.id", "pagerduty_user.grace.id") == schedule.members
    assert (29, 16) == (schedule.timezone.region().start.line, schedule.timezone.region().start.column)


def test_broken_terraform_is_a_problem():
    """
    A block without an end is said to be one, not passed over.
    """
    (problem,) = nodes('resource "pagerduty_schedule" "x" {\n  name = "a"\n', "oncall.tf")

    assert isinstance(problem, Unparsable)
    assert "a block has no `}`" == problem.problem


@given(st.text(alphabet='ab="{}[]()<-\n #/*,$\\', max_size=40))
def test_no_text_breaks_the_reader_of_hcl(text):
    """
    Whatever the text, there are blocks or a problem.
    """
    with contextlib.suppress(HclError):
        assert all(block.kind for block in parse_hcl(Text.of_file(text, "x.tf")))
