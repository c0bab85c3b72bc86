"""Input that nobody wishes for, through the real command: a message, an exit code, never a traceback."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from .shell import COMMAND, environment, obsaudit, state

BAD = "- alert: ApiDown\n  expr: up == 0\n"
UNUSED = (
    "- alert: ApiDown # obsaudit: ignore[alerts/missing-severity] -- because\n  expr: up\n  labels: {severity: page}\n"
)
ONE = ("--select", "alerts/missing-severity")


def lint(folder, *args, **more):
    """A run with a JSON report: its exit code, its findings as `rule source:line`, and what was skipped."""
    done = obsaudit(folder, "lint", "--format", "json", *(() if "--select" in args else ONE), *args, **more)
    assert "Traceback" not in done.err
    report = json.loads(done.out)
    found = [f"{one['rule']} {one['source']}:{one['region']['start']['line']}" for one in report["findings"]]
    return done.code, found, {one["what"]: one["why"] for one in report["skipped"]}


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


def run_with(folder, patch, *args):
    """The command with some code run before it, in a process of its own."""
    code = textwrap.dedent(patch) + "\nfrom obsaudit.cli import main\nmain()\n"
    return subprocess.run(
        [sys.executable, "-c", code, "lint", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(folder),
    )


@pytest.mark.parametrize(("code", "args"), [(1, ["."]), (2, ["a.yml", "b.yml"])])
def test_a_file_that_vanishes_between_listing_and_reading(tmp_path, code, args):
    """
    Nothing to check where it was found by walking; missed where it was named. The rest is checked.
    """
    (tmp_path / "a.yml").write_text(BAD)
    (tmp_path / "b.yml").write_text(BAD)
    done = run_with(
        tmp_path,
        """
        import os
        from obsaudit.lint import sources
        discover = sources.discover
        def vanishing(*args):
            entries = list(discover(*args))
            os.unlink("a.yml")
            return entries
        sources.discover = vanishing
        """,
        *args,
        *ONE,
        "--format",
        "json",
    )
    report = json.loads(done.stdout)

    assert (code, "") == (done.returncode, done.stderr)
    assert ["b.yml"] == [one["source"] for one in report["findings"]]
    assert [{"what": "a.yml", "why": "no such file or directory"}] == [
        {"what": one["what"], "why": one["why"]} for one in report["skipped"]
    ]


def test_a_rule_that_raises(tmp_path):
    """
    It is named, and the other rules have their say.
    """
    (tmp_path / "a.yml").write_text(BAD)
    done = run_with(
        tmp_path,
        """
        from obsaudit.rules import ALL
        def check_alert(self, alert):
            raise ZeroDivisionError("no verdict")
            yield
        (rule,) = (rule for rule in ALL if rule.id == "alerts/missing-summary")
        type(rule).check_alert = check_alert
        """,
        "--select",
        "alerts/missing-summary,alerts/missing-severity",
        "--format",
        "json",
        "--no-cache",
    )
    found = {one["rule"]: one["message"] for one in json.loads(done.stdout)["findings"]}

    assert (1, "") == (done.returncode, done.stderr)
    assert ["alerts/missing-severity", "meta/crashed-rule"] == sorted(found)
    assert (
        "rule `alerts/missing-summary` raised ZeroDivisionError: no verdict (<string>:4)" == found["meta/crashed-rule"]
    )


def test_a_mistake_of_our_own_is_no_finding(tmp_path):
    """
    It is traced for whoever mends it, and ends with 2: 1 would mean findings.
    """
    done = run_with(
        tmp_path,
        "from obsaudit.lint import sources\ndef broken(*args):\n    raise KeyError('x')\nsources.discover = broken",
    )

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.endswith("obsaudit: this is a mistake of obsaudit: please report it with the lines above\n")


def test_a_python_file_of_a_grammar_that_is_not_known(tmp_path):
    """
    What is newer than the parser is a finding at its place; the other files are checked.
    """
    (tmp_path / "app.py").write_text("from prometheus_client import Counter\n\nx = 1 2\nC = Counter('a', 'b')\n")
    (tmp_path / "a.yml").write_text(BAD)

    assert (1, ["alerts/missing-severity a.yml:1", "meta/unparsable app.py:3"], {}) == lint(tmp_path)


@pytest.mark.parametrize("kind", ["file", "folder of root"])
def test_a_cache_that_cannot_be_written(tmp_path, kind):
    """
    The run goes on without it.
    """
    project, cache = tmp_path / "p", tmp_path / "cache"
    project.mkdir()
    (project / "a.yml").write_text(BAD)
    cache.write_text("in the way") if kind == "file" else cache.symlink_to("/proc/1")

    assert (1, ["alerts/missing-severity a.yml:1"], {}) == lint(project, XDG_CACHE_HOME=str(cache))


def test_no_home_at_all(tmp_path):
    """
    A container may run as a user that nobody knows.
    """
    (tmp_path / "a.yml").write_text(BAD)

    assert (1, ["alerts/missing-severity a.yml:1"], {}) == lint(tmp_path, XDG_CACHE_HOME="", HOME="")


def test_a_folder_that_is_gone(tmp_path):
    """
    The current directory may be deleted under a shell.
    """
    shell = f"mkdir gone && cd gone && rmdir ../gone && {' '.join(COMMAND)} lint"
    done = subprocess.run(
        ["sh", "-c", shell], cwd=tmp_path, capture_output=True, text=True, timeout=60, env=environment(tmp_path)
    )

    assert (2, "") == (done.returncode, done.stdout)
    assert "Traceback" not in done.stderr


def test_an_interrupt(tmp_path):
    """
    Control-C ends with 130, without a traceback and without a word to the report.
    """
    os.mkfifo(tmp_path / "slow.yml")
    process = subprocess.Popen(
        [*COMMAND, "lint", "slow.yml"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    )
    # Opening a pipe for writing waits for its reader: then the run is in the middle of its work.
    # It ends when the writer goes, too: a run that did not heed the signal would say so with another exit code.
    with (tmp_path / "slow.yml").open("wb"):
        process.send_signal(signal.SIGINT)
    out, err = process.communicate()

    assert (130, b"") == (process.returncode, out)
    assert b"" == err.strip()


@pytest.mark.parametrize(
    "args",
    [
        ["lint"],
        ["lint", "--diff"],
        ["lint", "--diff", "--unsafe-fixes"],
        ["lint", "--format", "sarif"],
        ["lint", "--statistics", "--verbose", "--no-baseline"],
        ["lint", "gone.yml"],
        ["rules"],
        ["explain", "alerts/missing-for"],
        ["--version"],
        ["lint", "--nonsense"],
    ],
    ids=" ".join,
)
def test_nothing_is_written_that_nobody_asked_for(tmp_path, args):
    """
    No file, no time, no mode: only `--fix`, `baseline` and `--output` write.
    """
    (tmp_path / "a.yml").write_text(UNUSED)
    (tmp_path / "b.yml").write_text(BAD)
    (tmp_path / "obsaudit-baseline.txt").write_text('["alerts/missing-for", "gone.yml", "", 1]\n')
    (tmp_path / "obsaudit.toml").write_text('fail-on = "error"\n')
    before = state(tmp_path)

    assert "Traceback" not in obsaudit(tmp_path, *args).err
    assert before == state(tmp_path)


def test_a_fix_writes_what_it_fixes_and_nothing_else(tmp_path):
    """
    Files without a fix keep their time.
    """
    (tmp_path / "a.yml").write_text(UNUSED)
    (tmp_path / "b.yml").write_text(BAD)
    before = state(tmp_path)
    obsaudit(tmp_path, "lint", "--fix", "--select", "meta,alerts/missing-severity")
    after = state(tmp_path)

    assert ["a.yml"] == [name for name in before if before[name] != after[name]]
    assert before.keys() == after.keys()


EDITED = """
from obsaudit.lint import fixing
fix = fixing.fix
def late(*args, **more):
    fixes = fix(*args, **more)
    open("a.yml", "a").write("#")
    return fixes
fixing.fix = late
"""
UNWRITABLE = {
    "its fixes cannot be written: permission denied": "import os\nos.access = lambda path, mode: False",
    "changed while it was checked: its fixes were not written": EDITED,
}


@pytest.mark.parametrize(("why", "patch"), UNWRITABLE.items(), ids=["read-only", "edited meanwhile"])
def test_a_fix_that_cannot_be_written(tmp_path, why, patch):
    """
    The file is left alone and named, the others are fixed, and the run says that it failed.
    """
    (tmp_path / "a.yml").write_text(UNUSED)
    done = run_with(tmp_path, patch, "--fix", "--format", "json", "--select", "meta,alerts/missing-severity")

    assert 2 == done.returncode
    assert [("a.yml", why)] == [(one["what"], one["why"]) for one in json.loads(done.stdout)["skipped"]]
    assert "0 fixes applied in 0 files\n" == done.stderr
    assert UNUSED == (tmp_path / "a.yml").read_text().removesuffix("#")
