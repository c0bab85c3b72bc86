"""Alertmanager's configuration as nodes: the parts, their places, the wrappers."""

import pickle

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import AlertmanagerConfig, Inhibition, Receiver, Route, TimeInterval, Unparsable

CONFIG = """\
route:
  receiver: root
  routes:
    - match: {severity: critical}
      matchers: ['team=~"db|web"']
      continue: true
      routes:
        - receiver: pager
inhibit_rules:
  - source_match: {a: b}
    target_matchers: [c!="d"]
    equal: [cluster]
receivers:
  - name: root
  - name: pager
    pagerduty_configs:
      - routing_key_file: /etc/key
        http_config: {basic_auth: {password: hidden}}
time_intervals: [{name: nights}]
"""
RESOURCE = """\
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
spec:
  route:
    receiver: team
    groupBy: [job]
    routes:
      - matchers: [{name: severity, value: crit.*, matchType: =~}, {name: job, value: api}]
        receiver: pager
  receivers:
    - name: team
    - name: pager
      pagerdutyConfigs: [{routingKey: {name: secret, key: pagerduty}}]
"""


def nodes(text, path="alertmanager.yml"):
    return parse(Text.of_file(text, path), path, SourceSettings()).nodes


def one(kind, text, path="alertmanager.yml"):
    return next(node for node in nodes(text, path) if isinstance(node, kind))


def test_the_tree_is_whole_and_in_parts():
    """
    The configuration holds the tree; its routes, receivers, inhibitions and intervals are nodes of their own too.
    """
    found = nodes(CONFIG)

    assert [AlertmanagerConfig, Route, Route, Route, Receiver, Receiver, Inhibition, TimeInterval] == list(
        map(type, found)
    )
    assert ["route", 'route severity="critical", team=~"db|web"', "route {}"] == [
        node.at.subject for node in found if isinstance(node, Route)
    ]


def test_a_route_takes_its_receiver_from_above():
    """
    Without a receiver of its own a route notifies its parent's.
    """
    routes = [node for node in nodes(CONFIG) if isinstance(node, Route)]

    assert ["root", "root", "pager"] == [route.target for route in routes]
    assert [None, "true", None] == [route.continue_ and route.continue_.value for route in routes]


def test_every_part_has_its_place():
    """
    Matchers of both forms point at the value, whatever quotes stand around it.
    """
    route = one(AlertmanagerConfig, CONFIG).route.routes[0]

    assert [(4, 25), (5, 26)] == [
        (matcher.value.region().start.line, matcher.value.region().start.column) for matcher in route.matchers
    ]


def test_fields_of_integrations_are_found_by_their_path():
    """
    A password three blocks deep is a field like any other.
    """
    (integration,) = one(AlertmanagerConfig, CONFIG).receiver("pager").integrations

    assert "pagerduty" == integration.kind
    assert ["routing_key_file", "http_config.basic_auth.password"] == list(integration.fields)


def test_a_resource_is_the_same_in_other_letters():
    """
    An AlertmanagerConfig spells its keys in camel case and its matchers as mappings; it is only a part of the whole.
    """
    config = one(AlertmanagerConfig, RESOURCE)

    assert config.partial
    assert '{severity=~"crit.*", job="api"}' == config.route.routes[0].spelling
    assert ("pagerduty",) == config.receiver("pager").kinds
    assert ["job"] == [label.value for label in config.route.group_by]


def test_nodes_survive_the_cache():
    """
    Nodes are plain values: what comes out of the cache is what went in.
    """
    found = nodes(CONFIG)

    assert found == pickle.loads(pickle.dumps(found))


@pytest.mark.parametrize(
    "text",
    [
        "route:\n  - destination: {host: api}\n",
        "receivers:\n  otlp:\n    protocols: {grpc: {}}\nservice: {pipelines: {}}\n",
        "route: /api\nreceiver: x\n",
        "receivers: [{name: someone}]\n",
    ],
)
def test_other_routes_and_receivers_are_left_alone(text):
    """
    A mesh has routes and a collector has receivers: neither is Alertmanager's.
    """
    assert [] == [node for node in nodes(text) if isinstance(node, AlertmanagerConfig | Unparsable)]


def test_broken_yaml_is_known_by_its_words():
    """
    A configuration that is no YAML is said to be broken; templates of notifications make it no chart.
    """
    text = "route:\n  receiver: a\nreceivers:\n  - name: a\n   title: '{{ .CommonLabels.x }}'\n"

    (problem,) = nodes(text)
    assert isinstance(problem, Unparsable)
    assert 5 == problem.at.region.start.line
    assert () == nodes(text + "{{ include x . }}")


def test_what_base64_hides_has_the_place_of_the_value():
    """
    Nothing smaller than the encoded value can be pointed at, and nothing in it can be edited.
    """
    text = "kind: Secret\ndata:\n  alertmanager.yaml: cm91dGU6IHtyZWNlaXZlcjogYX0KcmVjZWl2ZXJzOiBbe25hbWU6IGF9XQ==\n"
    receiver = one(AlertmanagerConfig, text).route.receiver

    assert "a" == receiver.value
    assert (3, 22) == (receiver.region().start.line, receiver.region().start.column)
    assert receiver.edit(0, 1, "b") is None
