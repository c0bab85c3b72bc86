"""The architecture as a test: which folder may import which, and what is shipped."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("auditors", "cli", "editor", "lint", "readiness", "reports", "rules")
MAY_IMPORT = {
    "lint": set(),
    "rules": {"lint"},
    "auditors": {"lint"},
    "editor": {"lint"},
    "reports": {"lint"},
    "readiness": {"lint"},
    "cli": set(CODE),
}
DOORS = {
    "libcst": "lint/documents/python",
    "tree_sitter": "lint/documents/typescript",
    "promql_parser": "lint/promql",
    "yaml": ("lint/documents/tree.py", "lint/documents/tree_json.py"),
    "msgspec": "lint/record.py",
    "prometheus_api_client": "auditors",
    "numpy": "auditors/anomalies",
    "pygls": "editor",
    "lsprotocol": "editor",
    "rich": ("reports", "cli"),
    "typer": "cli",
    "pathspec": "lint/discover.py",
}


def modules():
    return [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path):
    """Each import of a file, as the dotted name inside the package or outside it."""
    package = ("obsaudit", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            module = ".".join((*base, *(node.module or "").split("."))).rstrip(".")
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path):
    """
    `lint` knows nobody; rules, auditors, reports and readiness know only `lint`; `cli` knows them all.
    """
    folder = path.relative_to(ROOT).parts[0]
    for name in imports(path):
        parts = name.split(".")
        assert (
            parts[0] != "obsaudit"
            or len(parts) == 1
            or parts[1] not in CODE
            or (parts[1] == folder or parts[1] in MAY_IMPORT[folder])
        ), f"{path} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_foreign_libraries_have_one_door_each(path):
    """
    A library that is imported in one place can be replaced in one place.
    """
    here = path.relative_to(ROOT).as_posix()
    for name in imports(path):
        doors = DOORS.get(name.split(".")[0])
        doors = (doors,) if isinstance(doors, str) else doors
        assert doors is None or here.startswith(doors), f"{here} imports {name}"


def test_every_package_is_shipped():
    """
    A package that `pyproject.toml` forgets works in the checkout and is missing from the wheel.
    """
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(("obsaudit", *path.parent.relative_to(ROOT).parts))
        for folder in CODE
        for path in (ROOT / folder).rglob("__init__.py")
    } | {"obsaudit"}

    assert sorted(found) == sorted(listed)
