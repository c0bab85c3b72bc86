"""Unit tests of rules (prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules)."""

from __future__ import annotations

from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node


class TestedAlert(Record):
    """One `alert_rule_test`: which alert is looked at, and whether it is expected to fire."""

    __test__: ClassVar[bool] = False  # pytest would take the name for a test

    alert: Text
    fires: bool
    """Whether it expects the alert; an empty `exp_alerts` says that it must not fire."""


class RuleTest(Node, kw_only=True):
    """One element of `tests:`: input series, and what is expected of alerts and expressions."""

    hook: ClassVar[str] = "check_rule_test"
    alerts: tuple[TestedAlert, ...]
    expressions: tuple[Text, ...]
    """The queries of its `promql_expr_test`s."""

    rule_files: tuple[Text, ...]
    """The files that the test file loads, as they are spelt there."""
