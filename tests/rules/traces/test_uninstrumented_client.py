"""How sure `traces/uninstrumented-client` is."""

import pytest

from obsaudit.lint import Confidence, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.project import Project
from obsaudit.rules.traces.uninstrumented_client import UninstrumentedClient

FASTAPI = "from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor\n"
THREADING = "from opentelemetry.instrumentation.threading import ThreadingInstrumentor\n"


@pytest.mark.parametrize(
    ("confidence", "source", "instrumented", "setup"),
    [
        (Confidence.HIGH, "shop/rates.py", FASTAPI, "shop/telemetry.py"),
        (Confidence.HIGH, "shop/rates.py", FASTAPI, "shop/telemetry/setup.py"),
        (Confidence.LOW, "shop/rates.py", THREADING, "shop/telemetry.py"),
        (Confidence.LOW, "shop/migrations/rates.py", FASTAPI, "shop/telemetry.py"),
        (Confidence.LOW, "shop/integrations/rates.py", FASTAPI, "shop/telemetry.py"),
        (Confidence.LOW, "shop/rates.py", FASTAPI, "shop/cli/serve.py"),
        (Confidence.LOW, "shop/hooks/profiling.py", FASTAPI, "shop/telemetry.py"),
        (Confidence.LOW, "shop/exporters/rates.py", FASTAPI, "shop/telemetry.py"),
    ],
)
def test_a_client_is_missed_where_others_are_instrumented(confidence, source, instrumented, setup):
    """In what is served: not in what others may take, nor in what somebody runs by hand."""
    files = {
        source: "import httpx\n\nrates = httpx.get('https://rates.example')\n",
        setup: f"{instrumented}from opentelemetry.sdk.trace import TracerProvider\nTracerProvider()\n",
    }
    documents = [parse(Text.of_file(text, name), name, SourceSettings()) for name, text in files.items()]
    project = Project([node for document in documents for node in document.nodes])

    assert [confidence] == [finding.confidence for finding in UninstrumentedClient().check_project(project)]
