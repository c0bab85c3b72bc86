"""What is dropped on each way into a store, and what may still come through."""

from datetime import date

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

RULE = tuple(rule for rule in ALL if rule.id == "prometheus/dropped-but-read")
COLLECTOR = """\
receivers:
  otlp: {{}}
  prometheus:
    config:
      scrape_configs:
        - job_name: api
          metric_relabel_configs:
            - {{source_labels: [__name__], regex: (go_.*)$$, action: drop}}
processors:
  filter:
    metrics: {metrics}
  transform: {{metric_statements: ['set(name, "{renamed}")']}}
exporters: {{prometheusremotewrite: {{endpoint: https://store.example/push}}, debug: {{}}}}
service:
  pipelines:
    metrics: {{receivers: [{receiver}], processors: [{processors}], exporters: [prometheusremotewrite]}}
    metrics/shown: {{receivers: [otlp], exporters: [debug]}}
"""
SOURCE = """\
from opentelemetry import metrics

meter = metrics.get_meter(__name__)
meter.create_counter("shop.orders", unit="1", description="orders").add(1)
"""
STRICT = '{exclude: {match_type: strict, metric_names: [shop.orders, "${NAME}"]}}'


def found(tmp_path, query, **files):
    """What is said of a query: its text, the other end, and how sure."""
    (tmp_path / "query.promql").write_text(query + "\n")
    for name, text in files.items():
        path = tmp_path / name.replace("__", ".")
        path.write_text(text)
    request = Request(["."], Config(tmp_path), RULE, tmp_path, date(2026, 11, 27), Cache(None, ""))
    return [
        (one.message.split(",")[0], str(one.related[0].at.source), one.confidence.value) for one in run(request).shown
    ]


def collector(metrics="{}", receiver="otlp", processors="filter", renamed="other"):
    return COLLECTOR.format(metrics=metrics, receiver=receiver, processors=processors, renamed=renamed)


@pytest.mark.parametrize(
    ("metrics", "query", "lost"),
    [
        (STRICT, "rate(shop_orders_total[5m])", True),
        (STRICT, "shop_orders_seconds_bucket", True),
        (STRICT, "shop_orders_open", False),
        (STRICT.replace("shop.orders", "shop.orders_bucket"), "shop_orders_bucket", False),
        (STRICT.replace("strict", "regexp"), "shop_orders_total", False),
        (STRICT[:-2] + ", resource_attributes: []}}", "shop_orders_total", False),
        ("{metric: ['name == \"shop.orders\"']}", "shop_orders_total", True),
        ("{metric: ['type == 1 or metric.name == \"shop.orders\"']}", "shop_orders_total", True),
        ("{metric: ['type == 1 and name == \"shop.orders\"']}", "shop_orders_total", False),
        ("{metric: ['name != \"shop.orders\"']}", "shop_orders_total", False),
        ("{metric: ['type == 1 or not (name != \"shop.orders\")']}", "shop_orders_total", True),
        ("{datapoint: ['metric.name == \"shop.orders\"']}", "shop_orders_total", True),
        ("{datapoint: ['metric.name == \"shop.orders\" and value_int == 0']}", "shop_orders_total", False),
        ("{include: {match_type: strict, metric_names: [other]}}", "shop_orders_total", False),
    ],
)
def test_a_filter_drops_by_name(tmp_path, metrics, query, lost):
    """
    A name, under the names that exporters give it; what stands beside other conditions decides nothing.
    """
    got = found(tmp_path, query, collector__yml=collector(metrics))

    assert [True] * lost == [one[1:] == ("collector.yml", "high") for one in got]


@pytest.mark.parametrize(
    ("metrics", "lost"),
    [
        ("{metric: ['IsMatch(name, \"^shop[.]\")']}", True),
        ("{metric: ['IsMatch(name, \"^shop_\")']}", False),
        ("{exclude: {match_type: regexp, metric_names: ['orders$']}}", False),
        ("{exclude: {match_type: regexp, metric_names: [orders]}}", True),
        ("{metric: ['name == \"shop_orders\"']}", False),
    ],
)
def test_a_pattern_needs_the_name_that_the_source_gives(tmp_path, metrics, lost):
    """
    What an instrument is called is not what its series are called; a `$` may be a variable of the collector's.
    """
    query = "shop_orders_total"

    assert lost == bool(found(tmp_path, query, collector__yml=collector(metrics), app__py=SOURCE))
    assert [] == found(tmp_path, "go_goroutines", collector__yml=collector("{metric: ['IsMatch(name, \"^go_\")']}"))


OTHERS = "{include: {match_type: strict, metric_names: [shop.carts]}}"


@pytest.mark.parametrize(
    ("metrics", "lost"),
    [
        (OTHERS, True),
        (OTHERS.replace("shop.carts", "shop.carts, shop.orders"), False),
        (OTHERS.replace("shop.carts", '"${NAME}"'), False),
        (OTHERS.replace("strict", "expr"), False),
        (OTHERS.replace("strict, metric_names", "strict, resource_attributes: [], metric_names"), False),
        (OTHERS.replace("strict", "regexp"), True),
        (OTHERS.replace("strict", "regexp").replace("shop.carts", "shop"), False),
        ("{metric: ['name != \"shop.carts\"']}", True),
        ("{metric: ['name != \"shop.orders\"']}", False),
        ("{metric: ['not IsMatch(name, \"carts\")']}", True),
        ("{metric: ['not IsMatch(name, \"carts\") and type == 1']}", False),
        ('{metric: [\'not (IsMatch(name, "carts") or name == "shop.orders")\']}', False),
    ],
)
def test_what_is_left_out_needs_the_name_that_the_source_gives(tmp_path, metrics, lost):
    """
    Of a metric that OpenTelemetry makes here it is known that no name fits; of others it is not.

    Where something is scraped, it may come past the collector.
    """
    query, text = "shop_orders_total", collector(metrics)

    assert [] == found(tmp_path, query, collector__yml=text)
    assert ["high"] * lost == [one[2] for one in found(tmp_path, query, collector__yml=text, app__py=SOURCE)]
    scraped = {"prometheus__yml": "scrape_configs: [{job_name: app}]\n"}
    assert ["low"] * lost == [one[2] for one in found(tmp_path, query, collector__yml=text, app__py=SOURCE, **scraped)]


@pytest.mark.parametrize(
    ("given", "lost"),
    [
        ({"processors": ""}, False),
        ({"processors": "filter, transform"}, True),
        ({"processors": "filter, transform", "renamed": "shop.orders"}, False),
        ({"processors": "transform, filter", "renamed": "shop.orders"}, True),
    ],
)
def test_what_runs_and_what_comes_behind(tmp_path, given, lost):
    """
    A processor counts where a pipeline runs it, unless a later one makes a metric of that name again.
    """
    text = collector(STRICT, **given)

    assert lost == bool(found(tmp_path, "shop_orders_total", collector__yml=text))


def test_every_way_must_drop(tmp_path):
    """
    A second pipeline that exports lets it through; a second collector may.
    """
    text = collector(STRICT)
    other = text.replace("exporters: [debug]", "exporters: [prometheusremotewrite]")

    assert [] == found(tmp_path, "shop_orders_total", collector__yml=other)
    both = found(tmp_path, "shop_orders_total", collector__yml=text, other__yml=collector())
    assert [("collector.yml", "low")] == [one[1:] for one in both]


def test_the_jobs_of_a_receiver(tmp_path):
    """
    They drop as Prometheus does, where nothing else feeds the pipeline; their dollars are doubled.
    """
    text = collector(receiver="prometheus", processors="")

    assert [("`go_goroutines` is dropped by the job `api`", "collector.yml", "high")] == found(
        tmp_path, "go_goroutines", collector__yml=text
    )
    assert [] == found(tmp_path, "up", collector__yml=text)
    assert [] == found(tmp_path, "go_goroutines", collector__yml=text.replace("[prometheus]", "[prometheus, otlp]"))


MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {{name: {name}}}
spec:
  jobLabel: app
  selector: {{matchLabels: {{app: {name}}}}}
  endpoints:
    - {{port: a, metricRelabelings: [{{sourceLabels: [__name__], regex: x|y, action: Drop}}]}}
    - {{port: b{second}}}
"""
SAME = ", metricRelabelings: [{sourceLabels: [__name__], regex: x, action: drop}]"


@pytest.mark.parametrize(
    ("query", "second", "lost"),
    [
        ('x{job="api"}', SAME, True),
        ('y{job="api"}', SAME, False),
        ('x{job="api"}', "", False),
        ('x{job="other"}', SAME, False),
        ("x", SAME, True),
    ],
)
def test_all_endpoints_of_a_job_must_drop(tmp_path, query, second, lost):
    """
    Endpoints of one resource expose different metrics: that one of them drops a name says nothing.
    """
    text = MONITOR.format(name="api", second=second)

    assert lost == bool(found(tmp_path, query, monitor__yml=text))


WRITE = """\
global: {scrape_interval: 15s}
scrape_configs: [{job_name: api}]
remote_write:
  - {url: https://a.example, write_relabel_configs: [{source_labels: [__name__], regex: x, action: drop}]}
"""


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (WRITE, True),
        (WRITE + "  - {url: https://b.example}\n", False),
        (WRITE + "rule_files: [rules.yml]\n", False),
        (WRITE.replace("regex: x", "regex: x.*"), False),
        (WRITE.replace("drop", "keep"), False),
    ],
)
def test_what_is_not_sent_on(tmp_path, text, lost):
    """
    Where the server evaluates nothing itself, what no endpoint takes is read nowhere.
    """
    assert [("prometheus.yml", "low")] * lost == [one[1:] for one in found(tmp_path, "x", prometheus__yml=text)]


def test_a_job_that_may_bring_it_still(tmp_path):
    """
    Of several jobs one that spells the name out makes a doubt, one that matches a pattern does not.
    """
    step = "metric_relabel_configs: [{{source_labels: [__name__], regex: {}, action: drop}}]"
    config = "global: {{scrape_interval: 15s}}\nscrape_configs:\n  - job_name: a\n    {}\n  - job_name: b\n"

    assert [("prometheus.yml", "low")] == [
        one[1:] for one in found(tmp_path, "go_x", prometheus__yml=config.format(step.format("go_x|go_y")))
    ]
    assert [] == found(tmp_path, "go_x", prometheus__yml=config.format(step.format("go_.*")))
