"""Jobs on a schedule that ask whether something is well."""

import pytest

from obsaudit.lint.documents import SourceSettings, is_read, parse, relevant
from obsaudit.lint.nodes import CronProbe, Suppression
from obsaudit.lint.region import Text

CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: smoke
spec:
  schedule: "*/5 * * * *"
  suspend: {suspend}
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - image: curlimages/curl
              command: [sh, -c, "curl -f $BASE/health && curl -f https://shop.example/checkout"]
              env:
                - {{name: BASE, value: https://api.example}}
"""
WORKFLOW = """\
on:
  schedule:
    - cron: "17 * * * *"
  workflow_dispatch:
jobs:
  smoke:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          npx playwright test
        env:
          BASE_URL: https://shop.example/
  build:
    steps:
      - run: make
"""
CRONTAB = """\
# every five minutes
MAILTO=sre@example.com
*/5 * * * *  root  /usr/bin/curl -fsS https://api.example/health
@hourly wget -q https://shop.example/ # obsaudit: ignore[synthetics/unprobed-path] -- for now
0 4 * * * /usr/local/bin/backup https://backup.example
not a line of a crontab with curl https://else.example
"""


def probes(text, name):
    assert relevant(text.encode(), name, SourceSettings())
    nodes = parse(Text.of_file(text, name), name, SourceSettings()).nodes
    return [node for node in nodes if isinstance(node, CronProbe)]


def told(probe):
    return probe.name.value, probe.schedule.value, [one.value for one in probe.targets], probe.is_suspended


@pytest.mark.parametrize("suspend", [True, False])
def test_a_cron_job(suspend):
    (probe,) = probes(CRON_JOB.format(suspend=str(suspend).lower()), "a.yml")

    assert (
        "smoke",
        "*/5 * * * *",
        ["$BASE/health", "https://shop.example/checkout", "https://api.example"],
        suspend,
    ) == told(probe)
    assert (4, 9) == (probe.at.region.start.line, probe.at.region.start.column)
    starts = [one.region().start for one in probe.targets[:2]]
    assert [(14, 42), (14, 66)] == [(start.line, start.column) for start in starts]
    assert (probe.is_cluster, probe.tool, ()) == (True, None, probe.modules)


def test_a_workflow():
    """Its key `on` is no boolean, and a job without an address asks nothing."""
    assert [("smoke", "17 * * * *", ["https://shop.example/"], False)] == [
        told(one) for one in probes(WORKFLOW, ".github/workflows/smoke.yml")
    ]


def test_a_workflow_without_a_schedule():
    assert [] == probes(WORKFLOW.replace("schedule:", "push:"), "a.yml")


@pytest.mark.parametrize(
    ("run", "tool"),
    [
        ("npx playwright test", "playwright"),
        ("k6 run smoke.js", "k6"),
        ("cd e2e && npx cypress run", "cypress"),
        ("npm install @playwright/test", None),
        ("curl -fsS $URL", None),
        ("make test", None),
    ],
)
def test_a_job_whose_addresses_are_not_known(run, tool):
    """What runs files of its own asks for something, though nothing here says for what; a crontab is no different."""
    text = WORKFLOW.replace("npx playwright test", run).replace("https://shop.example/", "shop")
    wanted = [] if tool is None else [("smoke", tool, [])]

    found = probes(text, "a.yml")
    assert wanted == [(one.name.value, one.tool.value, list(one.targets)) for one in found]
    assert [] == [one for one in found if one.is_cluster]
    if tool is not None:
        (line,) = probes(f"0 * * * * {run}\n", "crontab")
        assert (tool, 1) == (line.tool.value, line.tool.region().start.line)


@pytest.mark.parametrize(
    ("command", "modules"),
    [
        ("curl -s 'http://blackbox:9115/probe?module=http_post&target=https://a.example'", ["http_post"]),
        ("curl -s 'http://blackbox:9115/probe?target=a.example&module=tcp'", ["tcp"]),
        ("curl -sG blackbox:9115/probe -d module=tcp -d target=a.example:22", ["tcp"]),
        ("curl -s 'http://blackbox/probe?module=$M&target=a' 'http://blackbox/probe?module=b'", ["$M", "b"]),
        ("curl -s https://a.example/probe?submodule=x", []),
        ("curl -s https://a.example/docs?module=x", []),
    ],
)
def test_the_module_that_a_prober_is_asked_for(command, modules):
    (probe,) = probes(f"*/5 * * * * {command}\n", "probes.cron")

    assert modules == [one.value for one in probe.modules]
    assert [command.index(f"module={one}") + 12 + 8 for one in modules] == [
        one.region().start.column for one in probe.modules
    ]


def test_the_arguments_of_a_cron_job_belong_together():
    """The prober in one, the module in another."""
    text = CRON_JOB.format(suspend="false")
    before, _, after = text.partition("[sh, -c")
    listed = f'{before}[curl, -G, "http://blackbox:9115/probe", -d, module=tcp]\n{after.partition(chr(10))[2]}'
    (probe,) = probes(listed, "a.yml")

    assert ["tcp"] == [one.value for one in probe.modules]


@pytest.mark.parametrize(
    ("command", "targets"),
    [
        ("curl $BASE_URL/health", ["$BASE_URL/health"]),
        ('curl -f "${api_host}/health"', ["${api_host}/health"]),
        ("curl $(BASE)/health", ["$(BASE)/health"]),
        ("curl ${{ vars.BASE_URL }}/health", ["${{ vars.BASE_URL }}/health"]),
    ],
)
def test_the_path_behind_a_variable_counts(command, targets):
    (probe,) = probes(f"@hourly {command}\n", "crontab")

    assert targets == [one.value for one in probe.targets]


def test_a_file_of_the_home_is_no_address():
    assert [] == probes("@hourly $HOME/health.sh && curl $HOME/health\n", "crontab")


@pytest.mark.parametrize("name", ["probes.crontab", "crontab", "etc/crontab", "etc/cron.d/probes", "cron.d/probes"])
def test_a_crontab(name):
    first, second = probes(CRONTAB, name)

    assert ("*/5 * * * *", ["https://api.example/health"]) == told(first)[1:3]
    assert ("@hourly", ["https://shop.example/"]) == told(second)[1:3]
    assert (3, 3) == first.lines


@pytest.mark.parametrize("name", ["LICENSE", "cron.d/a/probes", "cron.d/.placeholder", "not-crontab", "cron.d/a.bak"])
def test_no_other_file_without_an_ending_is_read(name):
    assert not is_read(name)
    assert not relevant(CRONTAB.encode(), name, SourceSettings())
    assert () == parse(Text.of_file(CRONTAB, name), name, SourceSettings()).nodes


def test_a_suppression_in_a_crontab():
    nodes = parse(Text.of_file(CRONTAB, "cron.d/probes"), "cron.d/probes", SourceSettings()).nodes

    assert [("synthetics/unprobed-path",)] == [node.rules for node in nodes if isinstance(node, Suppression)]


@pytest.mark.parametrize("path", ["spec", "jobTemplate", "containers", "schedule", "metadata"])
@pytest.mark.parametrize("value", ["null", "1", "[]", "[null]", "{}", "x"])
def test_no_form_is_taken_for_granted(path, value):
    head = CRON_JOB.format(suspend="false").partition(f"{path}:")[0]

    parse(Text.of_file(f"{head}{path}: {value}\n", "a.yml"), "a.yml", SourceSettings())
