"""Burn-rate alerts as people and generators write them: what is recognised, and what is said of it."""

import re
from pathlib import Path

import pytest

from obsaudit.lint import Project, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import Slo
from obsaudit.rules.slos._burn import Recordings, burn_alerts, slo_of
from obsaudit.rules.slos.burn_rate_mismatch import BurnRateMismatch

KUBE = (
    Path(__file__).parents[3].parent
    / "shared/corpora/rules-kube-prometheus/manifests/kubernetesControlPlane-prometheusRule.yaml"
)
PYRRA = """\
groups:
  - name: api-errors
    rules:
      - record: http_requests:burnrate5m
        expr: sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))
        labels: {slo: api-errors}
      - record: http_requests:burnrate1h4m
        expr: sum(rate(http_requests_total{code=~"5.."}[1h4m])) / sum(rate(http_requests_total[1h4m]))
        labels: {slo: api-errors}
      - alert: ErrorBudgetBurn
        expr: >
          http_requests:burnrate5m{slo="api-errors"} > (14 * (1-0.99))
          and http_requests:burnrate1h4m{slo="api-errors"} > (14 * (1-0.99))
        for: 2m
        labels: {severity: critical, slo: api-errors, long: 1h4m, short: 5m}
"""
PYRRA_SLO = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: api-errors}
spec:
  target: '99'
  window: 30d
  indicator:
    ratio:
      errors: {metric: 'http_requests_total{code=~"5.."}'}
      total: {metric: http_requests_total}
"""


def project(*texts: str) -> Project:
    """The nodes of some files."""
    names = [f"file{number}.yml" for number in range(len(texts))]
    return Project(
        node
        for name, text in zip(names, texts, strict=True)
        for node in parse(Text.of_file(text, name), name, SourceSettings()).nodes
    )


def messages(*texts: str) -> list[str]:
    """What is said of some files."""
    return [finding.message for finding in BurnRateMismatch().check_project(project(*texts))]


def alert(expr: str) -> str:
    """A rule file with one alert."""
    return f"- alert: Burns\n  expr: |\n    {expr}\n"


@pytest.mark.skipif(not KUBE.is_file(), reason="the corpora are not beside this checkout")
def test_kube_prometheus_is_right():
    """
    Its four alerts on the API server's budget are recognised, and nothing is said of them.
    """
    text = KUBE.read_text()
    found = project(text)

    assert 4 == len(list(burn_alerts(found, Recordings.of(found))))
    assert [] == messages(text)


@pytest.mark.skipif(not KUBE.is_file(), reason="the corpora are not beside this checkout")
@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r"14\.40", "13.00"),
        (r"> \(6\.00", "> (6.60"),
        (r"burnrate5m\)", "burnrate6h)"),
        (r"burnrate3d\)", "burnrate1d)"),
        (r"(?<=burnrate1h\) > \(14\.40 \* )0\.01", "0.02"),
    ],
)
def test_a_change_in_kube_prometheus_is_found(pattern, replacement):
    """
    No objective is known here: the family of factors, and the two windows of an alert, decide.
    """
    changed = re.sub(pattern, replacement, KUBE.read_text())

    assert changed != KUBE.read_text()
    assert messages(changed)


def test_pyrra_s_rules_and_its_objective():
    """
    pyrra's windows of 30 days, its factor, and its target agree.
    """
    found = project(PYRRA, PYRRA_SLO)
    [burn] = burn_alerts(found, Recordings.of(found))

    assert "api-errors" == slo_of(burn, found.all(Slo)).name.value
    assert [] == messages(PYRRA, PYRRA_SLO)


@pytest.mark.parametrize(
    ("old", "new"),
    [("14 *", "7 *"), ("0.99", "0.999"), ("window: 30d", "window: 7d"), ("target: '99'", "target: '95'")],
)
def test_a_change_in_pyrra_s_rules_is_found(old, new):
    """
    A factor of another pair, another budget, another period.
    """
    assert messages(PYRRA.replace(old, new), PYRRA_SLO.replace(old, new))


@pytest.mark.parametrize(
    "expr",
    [
        "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.001",
        "e:ratio_rate1h > (14.4 * (1 - 0.999)) and e:ratio_rate5m > ((1 - 0.999) * 14.4)",
        "sum by (job) (e:ratio_rate1h) > 14.4 * 0.001 and on (job) sum by (job) (e:ratio_rate5m) > 14.4 * 0.001",
        "(e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.001) unless on () maintenance == 1",
        "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.001 and sum(rate(requests_total[1h])) > 10",
        'rate(x{e="1"}[1h]) / rate(x[1h]) > 14.4 * 0.001 and rate(x{e="1"}[5m]) / rate(x[5m]) > 14.4 * 0.001',
        "max(e:ratio_rate6h > (6 * 0.01)) without (w) and max(e:ratio_rate30m > (6 * 0.01)) without (w)",
    ],
)
def test_alerts_that_are_right(expr):
    """
    A burn-rate alert in any spelling is one, and nothing is said of it.
    """
    found = project(alert(expr))

    assert 1 == len(list(burn_alerts(found, Recordings.of(found))))
    assert [] == messages(alert(expr))


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        (
            "e:ratio_rate1h > 6 * 0.001 and e:ratio_rate5m > 6 * 0.001",
            "a burn rate of 6 over 1h spends 0.833% of the budget of 30d; 6 goes with 6h",
        ),
        (
            "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.01",
            "the windows are compared with different thresholds: 0.0144 and 0.144",
        ),
        (
            "e:ratio_rate1h > 14.4 * 0.001 and f:ratio_rate5m > 14.4 * 0.001",
            "the two windows are of different indicators",
        ),
        (
            'e:ratio_rate1h{slo="a"} > 14.4 * 0.001 and e:ratio_rate5m{slo="b"} > 14.4 * 0.001',
            "the two windows are of different indicators",
        ),
        (
            "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate1h > 14.4 * 0.001",
            "the short window, 1h, is not shorter than the long one, 1h",
        ),
        (
            "e:ratio_rate1h > 14.4 * 0.001",
            "only one window, 1h: the alert goes on for as long after the errors have ended",
        ),
    ],
)
def test_alerts_that_are_wrong(expr, said):
    """
    The message names the numbers that do not belong together.
    """
    assert [said] == messages(alert(expr).replace("Burns", "ErrorBudgetBurns"))


@pytest.mark.parametrize(
    "expr",
    [
        "sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05",
        "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1 and rate(x[1h]) > 5",
        "memory_bytes > 1024 * 0.9",
        "rate(a[5m]) > 2 * 60 and rate(a[1h]) > 2 * 60",
        "rate(a[5m]) > 100 * 0.8 and rate(b[1h]) > 100 * 0.8",
    ],
)
def test_other_alerts_are_left_alone(expr):
    """
    A threshold, a product of two other numbers, or two windows alone make no burn-rate alert.
    """
    found = project(alert(expr))

    assert [] == list(burn_alerts(found, Recordings.of(found)))


def test_a_label_that_is_no_objective_s_names_none():
    """
    An alert of the team `api` is not about the objective `api`.
    """
    text = "slos:\n  - {name: api, target: 99%, window: 7d, measurement: {query: a / b}}\n"
    expr = "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.001"
    found = project(text, alert(expr) + "  labels: {team: api}\n")
    [burn] = burn_alerts(found, Recordings.of(found))

    assert slo_of(burn, found.all(Slo)) is None
    assert [] == messages(text, alert(expr) + "  labels: {team: api}\n")


def test_a_recording_with_a_wrong_name_is_said_once():
    """
    However many alerts trust its name.
    """
    text = "- record: e:ratio_rate1h\n  expr: rate(a[2h]) / rate(b[2h])\n"
    expr = "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.001"

    assert ["`e:ratio_rate1h` reads 2h"] == messages(text, alert(expr), alert(expr))


def test_windows_that_a_team_has_chosen():
    """
    However short the short one is.
    """
    windows = """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 30d
  page:
    quick: {errorBudgetPercent: 2, shortWindow: 1m, longWindow: 1h}
"""
    expr = "e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate1m > 14.4 * 0.001"

    assert 1 == len(messages(alert(expr)))
    assert [] == messages(alert(expr), windows)


def test_recorded_objectives_that_differ_decide_nothing():
    """
    The same identity may stand for two services in two folders.
    """
    labels = "  labels: {sloth_id: shop-a}\n"
    one, other = (f"- record: slo:objective:ratio\n  expr: vector({ratio})\n{labels}" for ratio in (0.99, 0.9))
    expr = 'e:ratio_rate1h{sloth_id="shop-a"} > 14.4 * 0.1 and e:ratio_rate5m{sloth_id="shop-a"} > 14.4 * 0.1'

    assert [] == messages(alert(expr), one, other)
    assert 2 == len(messages(alert(expr), one))


def test_a_recording_s_window_is_followed_by_name():
    """
    A recording without a window in its name has that of its expression.
    """
    text = "- record: errors:share\n  expr: sum(rate(a[2h])) / sum(rate(b[2h]))\n"
    expr = "errors:share > 14.4 * 0.001 and e:ratio_rate10m > 14.4 * 0.001"

    found = project(text, alert(expr))
    [burn] = burn_alerts(found, Recordings.of(found))

    assert [7200, 600] == [condition.window for condition in burn.conditions]


PAIR = """\
- record: e:ratio_rate1h
  expr: {long}
- record: e:ratio_rate5m
  expr: {short}
- alert: BudgetBurns
  expr: e:ratio_rate1h > 14.4 * 0.001 and e:ratio_rate5m > 14.4 * 0.001
"""


def recorded(expr: str) -> str:
    """A pair of windows whose recordings are spelt like that, with `W` for the window."""
    return PAIR.format(long=expr.replace("W", "1h"), short=expr.replace("W", "5m"))


@pytest.mark.parametrize(
    "expr",
    [
        "(sum(rate(r_count[W])) - sum(rate(r_bucket{le='1'}[W]))) / sum(rate(r_count[W]))",
        "(sum(count_over_time(up[W])) - sum(sum_over_time(up[W]))) / sum(count_over_time(up[W]))",
        "(sum(rate(a[W])) - ((sum(rate(b[W])) or vector(0)) + sum(rate(c[W]))) + sum(rate(d[W]))) / sum(rate(r[W]))",
        "(sum(rate(e[W])) / sum(rate(r[W]))) unless on () absent_over_time(up[10m]) == 1",
        "(sum(rate(e[W])) or vector(0)) / (sum(rate(r[W])) > 0)",
        "sum_over_time(e:ratio_rate1m[W]) / ignoring (window) count_over_time(e:ratio_rate1m[W])",
    ],
    ids=["pyrra's latency", "pyrra's probes", "the API server's", "guarded", "without holes", "sloth's optimized"],
)
def test_recordings_that_read_the_window_that_they_tell(expr):
    """
    However the ratio is spelt; a side that reads another window is found in each spelling.
    """
    assert [] == messages(recorded(expr))
    assert 1 == len(messages(recorded(expr).replace("[1h]", "[30m]", 1)))


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("sum(increase(e[1h])) / sum(increase(r[30d]))", "sum(increase(e[5m])) / sum(increase(r[30d]))"),
        ("sum(rate(e[1h])) / sum(rate(r[1d]))", "sum(rate(e[5m])) / sum(rate(r[1d]))"),
    ],
    ids=["of the period", "of a day"],
)
def test_a_share_of_the_events_of_the_period_is_no_burn_rate(long, short):
    """
    Each window has a limit of its own, and the long range is what it is about.
    """
    text = PAIR.format(long=long, short=short).replace("14.4 * 0.001\n", "1.2 * 0.001\n")
    found = project(text)

    assert [] == list(burn_alerts(found, Recordings.of(found)))
    assert [] == messages(text)


@pytest.mark.parametrize(
    "windows",
    [
        [("5m", "1h", 14), ("30m", "6h", 7), ("2h", "1d", 2), ("6h", "4d", 1)],
        [("3m", "30m", 14), ("15m", "3h", 7), ("1h", "12h", 2), ("3h", "2d", 1)],
    ],
    ids=["four weeks", "two weeks"],
)
def test_pyrra_s_windows(windows):
    """
    The four pairs of an objective over a period of pyrra's.
    """
    texts = [
        alert(f"a:burnrate{short} > ({factor} * (1-0.99)) and a:burnrate{long} > ({factor} * (1-0.99))")
        for short, long, factor in windows
    ]
    found = project(*texts)

    assert 4 == len(list(burn_alerts(found, Recordings.of(found))))
    assert [] == messages(*texts)
