"""Addresses, asked of a real server on this machine."""

from obsaudit.lint.web import Web, fetch

from ..auditors.servers import Reply, free_port, stub


def test_only_what_its_server_denies_is_gone():
    """
    404 and 410 say so; a login, an error, a refused connection leave it unknown; each page is asked once.
    """
    asked = []

    def answer(path, headers):
        asked.append(path)
        return Reply(status={"/fine": 200, "/gone": 410, "/missing": 404, "/login": 401, "/broken": 500}[path])

    with stub(answer) as address:
        # The names of this machine are reserved: to the rule, this server has to be somebody else's.
        there = "http://wiki.corp.io"
        web = Web(lambda method, url: fetch("GET", url.replace(there, f"http://{address}")))
        urls = [f"{there}/{name}" for name in ("fine", "gone", "missing#part", "missing", "login", "broken")]
        gone = web.gone(urls)
        again = web.gone(urls[:2])

    assert {f"{there}/gone", f"{there}/missing#part", f"{there}/missing"} == gone
    assert {f"{there}/gone"} == again
    assert {f"{there}/login", f"{there}/broken"} == web.unknown
    # What is not there is asked for twice: some servers deny it to HEAD only.
    assert sorted(asked) == ["/broken", "/fine", "/gone", "/login", "/missing", "/missing"]


def test_a_server_that_takes_no_head_is_asked_for_the_page():
    """
    Some answer 405, and even 404, to HEAD only.
    """
    methods = []

    def fetched(method, url):
        methods.append(method)
        return 404 if method == "HEAD" else 200

    assert set() == Web(fetched).gone(["https://wiki.corp.io/a"])
    assert ["HEAD", "GET"] == methods


def test_what_holds_a_place_is_not_asked():
    """
    Templates and reserved names lead nowhere by agreement, and other schemes are not the web.
    """

    def fetched(method, url):
        raise AssertionError(url)

    urls = [
        "https://wiki.example/a",
        "http://localhost:3000/d",
        "https://x.io/{{ $labels.a }}",
        "mailto:a@b.io",
        "a.md",
    ]
    assert set() == Web(fetched).gone(urls)


def test_a_refused_connection_is_no_answer():
    """
    No status, and no exception.
    """
    assert fetch("HEAD", f"http://127.0.0.1:{free_port()}/") is None
