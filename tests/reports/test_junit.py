"""JUnit XML that other tools can read."""

from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from obsaudit.reports import FORMATS
from obsaudit.reports.escape import visible

from . import samples
from .samples import VIEW


def xml(report):
    """The report as a reader of the format sees it."""
    return JUnitXml.fromstring(FORMATS["junit"](report, VIEW).encode("utf-8"))


# What src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd of jenkinsci/xunit-plugin lets an
# element hold, as far as we write it: attributes that must be there, those that may, and elements.
RESULT = (set(), {"type", "message"}, set())
JUNIT_10 = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "skipped": RESULT,
    "error": RESULT,
    "failure": RESULT,
    "system-out": (set(), set(), set()),
}


def refused(element):
    """What the schema refuses of an element and of those in it."""
    needed, allowed, children = JUNIT_10[element.tag]
    given = set(element.keys())
    yield from (f"{element.tag} without {name}" for name in needed - given)
    yield from (f"{element.tag} with {name}" for name in given - needed - allowed)
    for child in element:
        if child.tag in children:
            yield from refused(child)
        else:
            yield f"{child.tag} in {element.tag}"


@pytest.mark.parametrize("report", [samples.STATIC, samples.LIVE, samples.CLEAN, samples.hostile()])
def test_a_report_is_what_jenkins_takes(report):
    """
    Its xUnit plugin holds a report against a schema and refuses the whole of it for one attribute too many.
    """
    root = ElementTree.fromstring(FORMATS["junit"](report, VIEW))

    assert [] == list(refused(root))
    root[0].set("line", "1")
    assert ["testsuite with line"] == list(refused(root))


def outline(report):
    """Suites, with the cases of each and how they ended."""
    return [
        (suite.name, [(case.name, [type(result) for result in case.result]) for case in suite]) for suite in xml(report)
    ]


def test_static_report():
    """A suite a file, a case a finding; infos pass, and what was skipped is skipped."""
    assert [
        ("app/charge.py", [("metrics/unbounded-label at app/charge.py:4:23", [Failure])]),
        (
            "alerts/critical.yml",
            [
                ("alerts/missing-runbook at alerts/critical.yml:4:16", [Failure]),
                ("alerts/missing-for at alerts/critical.yml:6:11", [Failure]),
                ("promql/not-recorded at alerts/critical.yml:6:11", []),
            ],
        ),
        ("obsaudit", [("run", []), ("helm/values.yaml", [Skipped])]),
    ] == outline(samples.STATIC)


def test_counts_agree_with_the_cases():
    """The counts in the head are those that a reader comes to."""
    told = xml(samples.STATIC)
    counted = xml(samples.STATIC)
    counted.update_statistics()

    assert (6, 3, 0) == (told.tests, told.failures, told.errors)
    assert [0, 0, 1] == [suite.skipped for suite in told]
    assert (6, 3, 0, 1) == (counted.tests, counted.failures, counted.errors, counted.skipped)


def test_a_failure():
    """A failure has the message, and in its text the subject and the cure."""
    case = next(iter(next(iter(xml(samples.STATIC)))))
    failure = case.result[0]

    assert ("error", "label `user` of `requests` takes its values from `user.id`") == (failure.type, failure.message)
    assert [
        "label `user` of `requests` takes its values from `user.id`",
        "metric requests",
        "help: put the user in a log field or a span attribute",
    ] == failure.text.splitlines()


def test_what_could_not_be_asked_is_an_error():
    """A fatal skip fails the run."""
    assert ("GET /api/v1/status/tsdb", [Error]) == outline(samples.LIVE)[-1][1][-1]


def test_clean_report():
    """One case passes, so that the file is not taken for a broken run."""
    assert [("obsaudit", [("run", [])])] == outline(samples.CLEAN)


def test_text_is_visible():
    """XML cannot hold control characters: they are spelt out, and nothing becomes markup."""
    root = ElementTree.fromstring(FORMATS["junit"](samples.hostile(), VIEW))

    assert visible(samples.HOSTILE) == root[0].get("name")
    assert [visible(samples.HOSTILE)] == [failure.get("message") for failure in root.iter("failure")]
