"""Credentials come from the environment or from files, and contradictions are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from obsaudit.auditors import Credentials, CredentialsError
from obsaudit.auditors.errors import redact
from obsaudit.auditors.prometheus import split_userinfo


def test_environment(tmp_path: Path) -> None:
    """
    A value stands in its variable, or in the file that the variable with `_FILE` names.
    """
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    (tmp_path / "headers").write_text("# tenant\nX-Scope-OrgID: events\n\n", encoding="utf-8")

    found = Credentials.of(
        {
            "OBSAUDIT_USERNAME": "admin",
            "OBSAUDIT_PASSWORD_FILE": str(tmp_path / "password"),
            "OBSAUDIT_HEADERS_FILE": str(tmp_path / "headers"),
            "OBSAUDIT_CA_FILE": "/etc/ca.pem",
            "HOME": "/root",
        }
    )

    assert Credentials(basic=("admin", "hunter2"), headers={"X-Scope-OrgID": "events"}, ca=Path("/etc/ca.pem")) == found
    assert ("hunter2", "YWRtaW46aHVudGVyMg==", "events") == found.secrets


def test_nothing_given() -> None:
    """
    An environment without credentials gives none.
    """
    assert Credentials() == Credentials.of({})


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"OBSAUDIT_BEARER_TOKEN": "hunter2", "OBSAUDIT_USERNAME": "admin"}, "are both set"),
        ({"OBSAUDIT_BEARER_TOKEN_FILE": "/nowhere/hunter"}, "cannot be read: No such file or directory"),
        ({"OBSAUDIT_HEADERS_FILE": "{path}"}, "line 2 of `.+` is not `Name: value`"),
    ],
)
def test_refused(tmp_path: Path, environment: dict[str, str], why: str) -> None:
    """
    Contradictions and unreadable files are errors that name the variable and no secret.
    """
    path = tmp_path / "headers"
    path.write_text("A: b\nhunter2\n", encoding="utf-8")

    with pytest.raises(CredentialsError, match=why) as caught:
        Credentials.of({name: value.format(path=path) for name, value in environment.items()})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "bare", "userinfo"),
    [
        ("http://prom:9090", "http://prom:9090", None),
        ("https://admin:p%40w@prom/prefix/", "https://prom/prefix", ("admin", "p@w")),
        ("http://token@prom", "http://prom", ("token", "")),
        ("http://[::1]:9090/", "http://[::1]:9090", None),
    ],
)
def test_userinfo(url: str, bare: str, userinfo: tuple[str, str] | None) -> None:
    """
    User and password are taken out of the URL, decoded.
    """
    assert (bare, userinfo) == split_userinfo(url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Get "http://u:p@host/metrics": refused', 'Get "http://host/metrics": refused'),
        ("http://host/a?access_token=abc&x=1", "http://host/a?access_token=***&x=1"),
        ("http://host/a?x=1&X-Amz-Signature=abc", "http://host/a?x=1&X-Amz-Signature=***"),
        ("mail to a@b.example", "mail to a@b.example"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    """
    User, password and secret parameters of URLs are taken out; the rest stays.
    """
    assert expected == redact(text)
