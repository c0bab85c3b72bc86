"""Client libraries of TypeScript, and what instruments them."""

import pytest

from obsaudit.lint.nodes import (
    ClientUse,
    Instrumentation,
)

from .code import nodes


@pytest.mark.parametrize(
    "code",
    [
        "import { getNodeAutoInstrumentations as all } from '@opentelemetry/auto-instrumentations-node';\nall();",
        "const a_1 = require('@opentelemetry/auto-instrumentations-node');\n(0, a_1.getNodeAutoInstrumentations)();",
    ],
)
def test_automatic_instrumentation_goes_by_other_names(code):
    """
    Aliases, and what compilers write.
    """
    (one,) = nodes(f"{code}\n", Instrumentation)

    assert "axios" in one.clients


def test_automatic_instrumentation_covers_what_is_not_switched_off():
    """
    Neither Prisma nor Fastify is among it.
    """
    code = "getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-pg': { enabled: false } })"
    (one,) = nodes(f"import x from '@opentelemetry/auto-instrumentations-node';\n{code};\n", Instrumentation)

    assert ("express" in one.clients, "pg" in one.clients, "@prisma/client" in one.clients) == (True, False, False)


def test_a_client_is_used_where_it_is_made():
    """
    Once a file, whatever is called on it.
    """
    code = "import { PrismaClient } from '@prisma/client';\nconst db = new PrismaClient();\ndb.user.findMany();\n"

    assert [("@prisma/client", 2)] == [(one.client, one.at.region.start.line) for one in nodes(code, ClientUse)]
