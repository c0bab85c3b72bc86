"""Surroundings that nobody wishes for: what vanishes, what cannot be written, what raises, and who interrupts."""

import json
import os
import signal
import subprocess

import pytest

from .shell import BAD, COMMAND, ONE, environment, lint, run_with


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
