"""Jobs on a schedule that ask whether something is well."""

import pytest

from obsaudit.lint.documents import SourceSettings, parse, relevant
from obsaudit.lint.nodes import CronProbe
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

    assert ("smoke", "*/5 * * * *", ["https://shop.example/checkout", "https://api.example"], suspend) == told(probe)
    assert (4, 9) == (probe.at.region.start.line, probe.at.region.start.column)
    assert (14, 66) == (probe.targets[0].region().start.line, probe.targets[0].region().start.column)


def test_a_workflow():
    """Its key `on` is no boolean, and a job without an address asks nothing."""
    assert [("smoke", "17 * * * *", ["https://shop.example/"], False)] == [
        told(one) for one in probes(WORKFLOW, ".github/workflows/smoke.yml")
    ]


def test_a_workflow_without_a_schedule():
    assert [] == probes(WORKFLOW.replace("schedule:", "push:"), "a.yml")


def test_a_crontab():
    first, second = probes(CRONTAB, "probes.crontab")

    assert ("*/5 * * * *", ["https://api.example/health"]) == told(first)[1:3]
    assert ("@hourly", ["https://shop.example/"]) == told(second)[1:3]
    assert (3, 3) == first.lines


@pytest.mark.parametrize("path", ["spec", "jobTemplate", "containers", "schedule", "metadata"])
@pytest.mark.parametrize("value", ["null", "1", "[]", "[null]", "{}", "x"])
def test_no_form_is_taken_for_granted(path, value):
    head = CRON_JOB.format(suspend="false").partition(f"{path}:")[0]

    parse(Text.of_file(f"{head}{path}: {value}\n", "a.yml"), "a.yml", SourceSettings())
