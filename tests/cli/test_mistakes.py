"""What somebody mistypes is told at once, with the cure: a message and 2, never a traceback."""

import os

import pytest

from .shell import obsaudit

SERVER = '[servers.prod]\nurl = "prometheus:9090"\n'


@pytest.mark.parametrize(
    ("args", "message", "help"),
    [
        (["rules", "alrts"], "there is no folder of rules `alrts`", "did you mean `alerts`?"),
        (["live", "prd"], "the configuration has no server `prd`", "did you mean `prod`?"),
        (["live", "http://me:secret@x"], "a server is named as in the configuration", "an address is given with --url"),
        (["live", "other"], "the configuration has no server `other`", "it has prod"),
        (
            ["live", "prod"],
            "the address of a server begins with http:// or https://",
            "write `http://prometheus:9090` or `https://prometheus:9090`",
        ),
        (["live", "--url", "ftp://x"], "the address of a server begins with http:// or https://", None),
        (["live", "--url", "http://"], "the address of a server begins with http:// or https://", None),
        (["live", "--url", "me:secret@x"], "the address of a server begins with http:// or https://", None),
        (
            ["live", "--url", "http://localhost:1", "--loki", "loki:3100"],
            "the address of a server begins with http:// or https://",
            "write `http://loki:3100` or `https://loki:3100`",
        ),
        (["readiness", "nosuch"], "nosuch: no such file or folder", None),
        (["impact", "up", "--path", "nosuch"], "nosuch: no such file or folder", None),
        (["route", "a=b", "--path", "nosuch"], "nosuch: no such file or folder", None),
        (["baseline", "write", "nosuch"], "nosuch: no such file or folder", None),
    ],
)
def test_a_mistake_is_told(tmp_path, args, message, help):
    """
    The message names what is wrong, the help what is right, and nothing is asked or written.
    """
    (tmp_path / "obsaudit.toml").write_text(SERVER)
    done = obsaudit(tmp_path, *args)

    expected = f"obsaudit: {message}\n" + (f"  help: {help}\n" if help else "")
    assert (2, "", expected) == (done.code, done.out, done.err)
    assert ["obsaudit.toml"] == [path.name for path in tmp_path.iterdir()]


def test_a_server_that_is_not_configured(tmp_path):
    """
    Where there is none, the help says how one is named.
    """
    done = obsaudit(tmp_path, "live", "prod")

    assert "  help: give --url, or set `servers.prod.url`\n" == done.err.partition("\n")[2]


def test_a_share_of_more_than_everything(tmp_path):
    """
    A gate that nobody can pass is a mistake.
    """
    done = obsaudit(tmp_path, "readiness", "--fail-under", "200")

    assert 2 == done.code
    assert "less than or equal to 100" in done.err


@pytest.mark.parametrize("group", [[], ["baseline"], ["snapshot"]])
def test_a_verb_without_its_verb_shows_what_there_is(tmp_path, group):
    """
    1 would say that something was found.
    """
    done = obsaudit(tmp_path, *group)

    assert 2 == done.code
    assert "Commands" in done.out + done.err


@pytest.mark.parametrize(
    ("args", "file", "what"),
    [
        (["lint", "-f", "json=x.json"], "x.json", "report"),
        (["init"], "obsaudit.toml", "configuration"),
        (["baseline", "write"], "obsaudit-baseline.txt", "baseline"),
    ],
)
def test_what_cannot_be_written_is_called_by_its_name(tmp_path, args, file, what):
    """
    Nobody knows the file that is written on the way to it.
    """
    (tmp_path / "a.yml").write_text("- alert: ApiDown\n  expr: up == 0\n")
    os.symlink(tmp_path / "gone" / file, tmp_path / file)
    done = obsaudit(tmp_path, *args)

    assert 2 == done.code
    assert done.err.rstrip().endswith(f"{file}: the {what} cannot be written: no such file or directory")
