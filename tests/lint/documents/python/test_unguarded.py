"""LibCST without its guards: imported in a process of its own, since a class cannot be made anew."""

import subprocess
import sys

WRITES = """
import libcst as cst
name = cst.parse_expression("queue")
try:
    name.value = "other"
except AttributeError as error:
    print(type(error).__name__)
print(name == cst.parse_expression("queue"), len({name, name}))
print(cst.Module([cst.SimpleStatementLine([cst.Expr(name)])]).code.strip())
"""
EXTRACTS = """
from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
text = Text.of_file('from prometheus_client import Counter\\nA = Counter("a_total", "A.", ["b"])\\n', "a.py")
print([type(node).__name__ for node in extract(text, SourceSettings())])
"""


def told(program):
    """The lines that a program writes."""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def test_only_what_the_extractor_imports_first_has_no_guards():
    """
    Whoever imported LibCST before keeps its guards; the nodes that are read are the same.
    """
    first, after = told(EXTRACTS + WRITES), told(WRITES + EXTRACTS)

    assert ["['Instrument']", "False 1", "other"] == first
    assert ["FrozenInstanceError", "False 1", "queue", "['Instrument']"] == after


def test_other_dataclasses_keep_their_guards():
    program = """
import dataclasses
from obsaudit.lint.documents.python.unguarded import unguarded
own = dataclasses.dataclass
with unguarded():
    @dataclasses.dataclass(frozen=True)
    class Point:
        x: int
    from libcst.metadata import CodePosition
print(own is dataclasses.dataclass, Point.__dataclass_params__.frozen, CodePosition.__dataclass_params__.frozen)
"""

    assert ["True True True"] == told(program)
