"""LibCST is as it was when a file has been read, and a tree's places are those of the library."""

import gc

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from obsaudit.lint import Text
from obsaudit.lint.documents.python.shortcuts import parsing, writing
from obsaudit.lint.documents.python.tree import children, parse

CODE = """\
import logging

log = logging.getLogger(__name__)
value = (1 + (2)) * [x for x in ((3), 4)][0]


def act(a, *, b=(lambda: (yield))):
    log.info("%s", (a), extra={"b": b, **(dict())})
"""


def test_the_library_is_put_back():
    checks, parentheses = cst.CSTNode.__post_init__, cst.BaseExpression._parenthesize

    with parsing(), writing():
        assert not gc.isenabled()
        assert "" == cst.Name("").value

    assert gc.isenabled()
    assert (checks, parentheses) == (cst.CSTNode.__post_init__, cst.BaseExpression._parenthesize)
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


def test_places_are_those_of_the_library():
    """
    In columns, since blank lines are left out of the tree; a node's own parentheses are part of ours alone.
    """
    tree = parse(Text.of_file(CODE, "app.py"))
    theirs = {}
    for node, place in MetadataWrapper(tree.module, unsafe_skip_copy=True).resolve(PositionProvider).items():
        theirs[id(node)] = (place.start.column, place.end.column)

    compared = 0
    for node in walk(tree.module):
        if isinstance(node, cst.BaseExpression) and not node.lpar:
            region = tree.location(node).region
            assert theirs[id(node)] == (region.start.column - 1, region.end.column - 1), node
            compared += 1
    assert 28 == compared


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)
