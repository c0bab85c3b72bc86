"""Files that nobody wishes for, through the real command: a message, an exit code, never a traceback."""

import textwrap

import pytest

from .shell import BAD, lint


def test_a_file_that_is_no_text(tmp_path):
    """
    A binary file is skipped and said to be; rules in latin-1 are a finding.
    """
    (tmp_path / "binary.yml").write_bytes(bytes(range(256)) + b"\n- alert: x\n")
    (tmp_path / "latin.yml").write_bytes(BAD.encode() + b"  annotations: {summary: caf\xe9}\n")

    assert (1, ["meta/unparsable latin.yml:3"], {"binary.yml": "a binary file"}) == lint(tmp_path)


@pytest.mark.parametrize("value", ["schlüssel", "/////w==", "H4sIAAAA", "H4sI", "a", "<base64>"])
def test_a_secret_that_is_not_encoded(tmp_path, value):
    """
    What is neither base64 nor text nor gzip is said to be left out, and no mistake of ours; the rest is judged.
    """
    secret = f"kind: Secret\ndata:\n  alertmanager.yaml: {value}\n---\n"
    (tmp_path / "a.yml").write_text(secret + f"groups:\n- name: g\n  rules:\n{textwrap.indent(BAD, '  ')}")

    skipped = {"a.yml": "`alertmanager.yaml` of the Secret is neither text in base64 nor gzip"}
    assert (1, ["alerts/missing-severity a.yml:8"], skipped) == lint(tmp_path)


def test_a_file_of_fifty_megabytes(tmp_path):
    """
    It is not read to its end, and said to be skipped, whoever names it.
    """
    with (tmp_path / "big.yml").open("wb") as file:
        file.write(BAD.encode())
        file.truncate(50_000_000)
    (tmp_path / "a.yml").write_text(BAD)

    skipped = {"big.yml": "larger than 10 MB (`max-file-size`)"}
    assert (1, ["alerts/missing-severity a.yml:1"], skipped) == lint(tmp_path)
    assert (0, [], skipped) == lint(tmp_path, "big.yml")


def test_a_circle_of_folders(tmp_path):
    """
    Links that lead upwards end nothing and repeat nothing.
    """
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "up").symlink_to("../..")
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "a" / "self.yml").symlink_to("self.yml")
    (tmp_path / "a" / "b" / "c.yml").write_text(BAD)

    assert (1, ["alerts/missing-severity a/b/c.yml:1"], {}) == lint(tmp_path)
    assert (1, ["alerts/missing-severity a/b/up/a/b/c.yml:1"], {}) == lint(tmp_path, "a/b/up")


ALIASES = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
MERGES = [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, 10)]
BOMBS = {
    "aliases": "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]", *ALIASES]),
    "merges": "\n".join(["m0: &m0 {x: 1}", *MERGES]),
    "itself": "a: &a [*a, *a, {<<: *a}]\nb: &b {<<: [*b, *b]}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb(tmp_path, bomb):
    """
    What is a billion values for others is ten anchors here; the rules beside it are checked.
    """
    (tmp_path / "bomb.yml").write_text(
        f"values: {{groups: [{{name: g, rules: [{{alert: ApiDown, expr: up}}]}}]}}\n{bomb}\n"
    )

    assert (1, ["alerts/missing-severity bomb.yml:1"], {}) == lint(tmp_path)


@pytest.mark.parametrize("name", ["deep.yml", "deep.json"])
def test_what_is_nested_without_end(tmp_path, name):
    """
    Parsers that recurse in C would take the process with them.
    """
    (tmp_path / name).write_text("# \nalert: x\n" * name.endswith("yml") + '{"alert":' * 100_000)
    (tmp_path / "a.yml").write_text(BAD)
    code, found, skipped = lint(tmp_path)

    assert (1, {}) == (code, skipped)
    assert "alerts/missing-severity a.yml:1" in found


def test_a_python_file_of_a_grammar_that_is_not_known(tmp_path):
    """
    What is newer than the parser is a finding at its place; the other files are checked.
    """
    (tmp_path / "app.py").write_text("from prometheus_client import Counter\n\nx = 1 2\nC = Counter('a', 'b')\n")
    (tmp_path / "a.yml").write_text(BAD)

    assert (1, ["alerts/missing-severity a.yml:1", "meta/unparsable app.py:3"], {}) == lint(tmp_path)
