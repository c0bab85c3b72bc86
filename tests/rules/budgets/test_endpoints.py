"""Which alerts and histograms an endpoint with a budget has."""

import pytest

from obsaudit.lint import Project, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.rules.budgets._percentiles import rank
from obsaudit.rules.budgets.unmeasured_endpoint import UnmeasuredEndpoint
from obsaudit.rules.budgets.without_alert import WithoutAlert

BUDGET = "budgets:\n  - endpoint: {endpoint}\n    p95: < 500ms\n"


def project(**texts: str) -> Project:
    """The nodes of some files, by name with `_` for the dot."""
    files = {name.replace("_", "."): text for name, text in texts.items()}
    return Project(
        node for name, text in files.items() for node in parse(Text.of_file(text, name), name, SourceSettings()).nodes
    )


@pytest.mark.parametrize(("name", "percentage"), [("p50", 50), ("p99", 99), ("p999", 99.9), ("p99.9", 99.9), ("p5", 5)])
def test_percentiles(name, percentage):
    """
    What stands behind the second digit is a fraction.
    """
    assert percentage == rank(name)


@pytest.mark.parametrize(
    ("expr", "covered"),
    [
        ('histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket{operation="save"}[5m]))) > 1', True),
        ('histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket{operation=~"save|load"}[5m]))) > 1', True),
        ('histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket{operation="load"}[5m]))) > 1', False),
        ('histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket{operation!="load"}[5m]))) > 1', False),
        ("histogram_quantile(0.9, sum by (le, operation) (rate(d_seconds_bucket[5m]))) > 1", True),
        ("histogram_quantile(0.9, sum without (operation) (rate(d_seconds_bucket[5m]))) > 1", False),
        ("histogram_quantile(0.9, sum without (instance) (rate(d_seconds_bucket[5m]))) > 1", True),
        ("histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket[5m]))) > 1", False),
        ('histogram_quantile(0.9, sum by (le, operation) (rate(d_seconds_bucket{method="GET"}[5m]))) > 1', False),
        ("operation:d_seconds:p95 > 1", True),
        ('rate(requests_total{operation="save"}[5m]) > 1', False),
    ],
)
def test_the_alert_of_an_operation(expr, covered):
    """
    It reads a duration, takes the endpoint's series, and tells its operation apart.
    """
    alert = f"- alert: Slow\n  expr: '{expr}'\n"
    found = WithoutAlert().check_project(project(b_yml=BUDGET.format(endpoint="POST /graphql [save]"), a_yml=alert))

    assert covered == (not list(found))


@pytest.mark.parametrize(
    ("endpoint", "covered"), [("GET /users", True), ("GET /users/", True), ("GET /items", False), ("'[users]'", False)]
)
def test_the_alert_of_a_route(endpoint, covered):
    """
    Without an operation the route is the most specific part.
    """
    alert = '- alert: Slow\n  expr: avg(http_duration_seconds{route="/users"}) > 1\n'

    assert covered == (
        not list(WithoutAlert().check_project(project(b_yml=BUDGET.format(endpoint=endpoint), a_yml=alert)))
    )


@pytest.mark.parametrize(
    ("histogram", "measured"),
    [
        ("Histogram('http_duration_seconds', 'Time', ['method'])", False),
        ("Histogram('http_duration_seconds', 'Time', ['method', 'status'])", False),
        ("Histogram('http_duration_seconds', 'Time', ['method', 'route', 'status'])", True),
        ("Histogram('http_duration_seconds', 'Time', ['method', 'page'])", True),
        ("Histogram('users_duration_seconds', 'Time')", True),
        ("Histogram('http_duration_seconds', 'Time', labels())", True),
        ("Histogram('body_bytes', 'Size', ['method'])", True),
        ("Counter('http_requests', 'Requests', ['method'])", True),
    ],
)
def test_the_histogram_of_a_route(histogram, measured):
    """
    Only where every label is known, and none can hold the route, nothing measures it.
    """
    source = f"from prometheus_client import Counter, Histogram\nH = {histogram}\n"
    found = UnmeasuredEndpoint().check_project(project(b_yml=BUDGET.format(endpoint="GET /users"), a_py=source))

    assert measured == (not list(found))


@pytest.mark.parametrize(("endpoint", "measured"), [("GET /users", True), ("'POST /graphql [save]'", False)])
def test_a_library_that_is_instrumented_may_measure_routes(endpoint, measured):
    """
    It knows routes, and no operation of GraphQL.
    """
    source = """\
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from prometheus_client import Histogram
H = Histogram('http_duration_seconds', 'Time', ['method'])
FastAPIInstrumentor.instrument_app(app)
"""
    found = UnmeasuredEndpoint().check_project(project(b_yml=BUDGET.format(endpoint=endpoint), a_py=source))

    assert measured == (not list(found))
