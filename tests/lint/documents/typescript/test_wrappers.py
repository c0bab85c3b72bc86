"""Helpers of TypeScript that measure for others, in a file and across files."""

import pytest

from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.nodes import (
    Boundedness,
    Measurement,
    OutsideCall,
    Wrapper,
)

from .code import COUNTER, nodes


def test_a_helper_is_judged_where_it_is_called():
    """
    The measurement inside the helper is not at fault, whichever of its callers is.
    """
    code = f"""{COUNTER}
function track(labels) {{ orders.inc(labels); }}
function outer(id: string) {{ track({{ plan: 'free', id }}); }}
app.get('/', (req, res) => outer(req.params.id));
"""
    code = "import express from 'express';\nconst app = express();\n" + code
    found = nodes(code, Measurement)

    worst = [(one.at.region.start.line, label.name) for one in found for label in one.labels if label.boundedness > 5]
    assert [(8, "id")] == worst
    assert [["track({ plan: 'free', id })", "orders.inc(labels)"]] == [
        [step.code for step in one.through] for one in found if len(one.through) == 2
    ]


def test_a_helper_that_names_its_own_suspect_is_told_once():
    """
    Callers are told what they add themselves; a member that any of them might fill stays with the helper.
    """
    code = f"""{COUNTER}
function track(e: Event, plan) {{ orders.inc({{ id: e.userId, plan }}); }}
function none(event: Event) {{ track(event, 'free'); }}
function one(req: Request) {{ track({{ userId: req.params.id }}, 'free'); }}
"""
    found = nodes("import type { Request } from 'express';\n" + code, Measurement)
    bounds = {
        (one.at.region.start.line, label.name): label.boundedness
        for one in found
        for label in one.labels
        if one.through
    }

    expected = {(6, "plan"): Boundedness.CONSTANT, (7, "plan"): Boundedness.CONSTANT, (7, "id"): Boundedness.UNBOUNDED}
    assert expected == bounds


def test_exported_helpers_and_calls_of_imported_ones_can_be_joined():
    """
    A helper leaves its name and parameters, a suspicious call the file that it means.
    """
    (wrapper,) = nodes(f"{COUNTER}export const track = (labels) => orders.inc(labels);\n", Wrapper, "src/metrics.ts")
    (call,) = nodes(
        "import { track } from '../metrics.js';\nexport const f = (userId) => track({ userId });\n",
        OutsideCall,
        "src/api/users.ts",
    )

    (carrier,) = wrapper.carriers
    (argument,) = call.arguments
    assert ("track", ("labels",)) == (wrapper.name, wrapper.parameters)
    assert (0, "labels", True) == (carrier.position, carrier.name, carrier.mapping)
    # A path from the root means that one file; a bare one any file whose path ends so.
    assert ("track", "/src/metrics") == (call.callee.name, call.callee.module)
    assert [Boundedness.SUSPECT] == [label.boundedness for label in argument.labels]


@pytest.mark.parametrize("given", ["event: Event", "{ detail }: Event"])
def test_a_helper_that_reads_a_member_says_which(given):
    """
    The callers pass an object, and one of its members becomes the label.
    """
    value = "detail" if given.startswith("{") else "event.detail"
    code = f"{COUNTER}export const track = ({given}) => orders.inc({{ plan: {value} }});\n"
    (wrapper,) = nodes(code, Wrapper, "src/metrics.ts")
    (carrier,) = wrapper.carriers

    assert ("plan", "detail", 0, False) == (carrier.label, carrier.key, carrier.position, carrier.mapping)


def test_an_imported_instrument_is_referred_to_by_its_file():
    """
    What is certainly a measurement, and what only the other file can tell.
    """
    code = "import { orders, seen } from '@/metrics.service.js';\norders.inc({ plan });\nseen.add(1);\n"

    assert [("metrics.service", "orders", True), ("metrics.service", "seen", False)] == [
        (one.reference.module, one.reference.name, one.reference.certain) for one in nodes(code, Measurement)
    ]


def test_a_configured_wrapper_measures():
    """
    A helper that no extractor can know is named in the configuration.
    """
    known = SourceSettings(label_wrappers=("telemetry.track:1",))
    (one,) = nodes(
        "import { telemetry } from '@acme/telemetry';\ntelemetry.track('x', { userId });\n", Measurement, known=known
    )

    assert ["userId"] == [label.name for label in one.labels]
