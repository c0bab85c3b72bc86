"""How sure rules are of instruments whose name cannot be read."""

import pytest

from obsaudit.lint import Confidence, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import Instrument
from obsaudit.rules.metrics.missing_help import MissingHelp
from obsaudit.rules.metrics.missing_unit import MissingUnit


@pytest.mark.parametrize("rule", [MissingHelp(), MissingUnit()])
@pytest.mark.parametrize(
    ("confidence", "name"),
    [
        (Confidence.HIGH, "'orders'"),
        (Confidence.HIGH, "`orders_${region}`"),
        (Confidence.HIGH, "region + '.orders'"),
        (Confidence.LOW, "`${service}:${action}`"),
        (Confidence.LOW, "region + action"),
        (Confidence.LOW, "Definitions.ORDERS"),
    ],
)
def test_an_object_in_the_place_of_a_name_may_describe_the_instrument(rule, confidence, name):
    """A constant of another file is a name, or all that a meter of the code base wants to know."""
    code = f"import {{ Definitions }} from './definitions';\nmeter.createCounter({name}, {{ valueType: 1 }});\n"
    (instrument,) = [
        node
        for node in parse(Text.of_file(code, "a.ts"), "a.ts", SourceSettings()).nodes
        if isinstance(node, Instrument)
    ]

    assert [confidence] == [finding.confidence for finding in rule.check_instrument(instrument)]
