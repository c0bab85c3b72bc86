"""Logging set-ups of TypeScript, and what in them proves correlation."""

import pytest

from obsaudit.lint.nodes import (
    LoggerSetup,
)

from .code import nodes


@pytest.mark.parametrize(
    ("code", "correlated"),
    [
        ("pino()", False),
        ("pino({ level: 'info' })", False),
        ("pino({ mixin: () => ({ trace_id: trace.getActiveSpan()?.spanContext().traceId }) })", True),
        ("pino({ mixin: imported })", None),
        ("pino(options())", None),
        ("winston.createLogger({ format: winston.format.json() })", False),
        ("winston.createLogger({ format: winston.format.combine(ours(), winston.format.json()) })", None),
        ("winston.createLogger({ format: winston.format((info) => ({ ...info, traceId: id() }))() })", True),
    ],
)
def test_what_proves_that_records_carry_the_trace(code, correlated):
    """
    True with a proof, False where all can be read and there is none, None otherwise.
    """
    head = "import pino from 'pino';\nimport winston from 'winston';\nimport { imported, options, ours } from './x';\n"
    (one,) = nodes(f"{head}export const logger = {code};\n", LoggerSetup)

    assert correlated is one.correlated
