"""What the source files of a project know of each other."""

from pathlib import Path

import pytest

from obsaudit.lint import Project
from obsaudit.lint.documents import SourceSettings, parse, relevant
from obsaudit.lint.nodes import Boundedness, Imported, Language
from obsaudit.lint.region import Text

METRICS = """\
from prometheus_client import Counter

REQUESTS = Counter("requests_total", "Requests", ["method", "path"])


class Orders:
    PAID = Counter("paid_total", "Paid", ["plan"])


def track(who, *, outcome="ok", **labels):
    REQUESTS.labels(method=outcome, path=who).inc()


def count(labels):
    REQUESTS.labels(**labels).inc()
"""


def project(**files: str) -> Project:
    """The files of a project by their paths, with `__` for a slash."""
    nodes = []
    for name, text in files.items():
        path = name.replace("__", "/").replace("_py", ".py").replace("_ts", ".ts")
        nodes += parse(Text.of_file(text, path), path, SourceSettings()).nodes
    return Project(nodes)


def measured(found: Project) -> list[tuple[str | None, list[tuple[str | None, int]]]]:
    """The metrics that are measured through imports, with their labels and how many values these have."""
    return [(one.metric, [(label.name, label.boundedness) for label in one.labels]) for one in found.source.borrowed]


@pytest.mark.parametrize(
    ("source", "metric"),
    [
        ("from .metrics import REQUESTS\nREQUESTS.labels('GET', 'a').inc()\n", "requests_total"),
        ("from . import metrics\nmetrics.REQUESTS.labels('GET', 'a').inc()\n", "requests_total"),
        ("from app.metrics import REQUESTS as R\nR.labels('GET', 'a').inc()\n", "requests_total"),
        ("import app.metrics as m\nm.REQUESTS.labels('GET', 'a').inc()\n", "requests_total"),
        ("from .metrics import Orders\nOrders.PAID.labels('free').inc()\n", "paid_total"),
        ("from . import metrics\ntimer = metrics.REQUESTS.labels('GET', 'a')\ntimer.inc()\n", "requests_total"),
        ("from ..metrics import REQUESTS\nREQUESTS.labels('GET', 'a').inc()\n", None),
        ("from elsewhere.metrics import REQUESTS\nREQUESTS.labels('GET', 'a').inc()\n", None),
    ],
)
def test_an_imported_instrument_is_found_by_its_file_and_name(source, metric):
    """However it is imported, and not where another file is meant."""
    found = project(app__metrics_py=METRICS, app__views_py=source)

    assert [metric] == [one.metric for one in found.source.borrowed]


def test_labels_get_their_names_from_the_declaration_of_the_other_file():
    """Values that are passed in order are named, and the places have the metric for their subject."""
    source = "from .metrics import REQUESTS\nREQUESTS.labels('GET', 'a').inc()\n"
    found = project(app__metrics_py=METRICS, app__views_py=source)

    assert [("requests_total", [("method", Boundedness.CONSTANT), ("path", Boundedness.CONSTANT)])] == measured(found)
    assert ["metric requests_total"] == [one.at.subject for one in found.source.borrowed]


def test_a_package_that_passes_on_its_modules_is_looked_through():
    """`from app.metrics import REQUESTS` means the one in `app/metrics/http.py`, unless two have it."""
    source = "from app.metrics import REQUESTS\nREQUESTS.labels('GET', 'a').inc()\n"

    one = project(app__metrics__http_py=METRICS, app__views_py=source)
    two = project(app__metrics__http_py=METRICS, app__metrics__grpc_py=METRICS, app__views_py=source)

    assert ["requests_total"] == [measurement.metric for measurement in one.source.borrowed]
    assert [None] == [measurement.metric for measurement in two.source.borrowed]


@pytest.mark.parametrize(
    ("call", "labels"),
    [
        ("track(uuid4())", [("path", Boundedness.UNBOUNDED)]),
        ("track(who=uuid4())", [("path", Boundedness.UNBOUNDED)]),
        ("track('a', outcome=uuid4())", [("method", Boundedness.UNBOUNDED), ("path", Boundedness.CONSTANT)]),
        (
            "count({'path': uuid4(), 'method': 'GET'})",
            [("path", Boundedness.UNBOUNDED), ("method", Boundedness.CONSTANT)],
        ),
    ],
)
def test_a_helper_of_another_file_says_which_argument_becomes_which_label(call, labels):
    """By place, by name, and as a mapping."""
    source = f"from uuid import uuid4\nfrom .metrics import count, track\n\n\ndef view():\n    {call}\n"
    found = project(app__metrics_py=METRICS, app__views_py=source)

    ((metric, passed),) = measured(found)
    assert "requests_total" == metric
    assert sorted(labels) == sorted(passed)


def test_what_only_sounds_like_an_instrument_is_none():
    """A set of another module is not measured, though `add` is called on it."""
    source = "from .metrics import seen\nseen.add(1, {'user_id': 2})\n"

    assert [] == measured(project(app__metrics_py="seen = set()\n", app__views_py=source))


def test_typescript_takes_objects_apart():
    """A property of a destructured parameter becomes the label that the helper makes of it."""
    metrics = """\
import { Counter } from 'prom-client';
const views = new Counter({ name: 'views_total', help: 'Views.', labelNames: ['visitor', 'kind'] });
export function track({ userId, kind }: { userId: string; kind: string }) { views.inc({ visitor: userId, kind }); }
"""
    source = (
        "import { track } from './metrics.js';\nexport const view = (userId: string) => track({ userId, kind: 'a' });\n"
    )

    found = project(web__metrics_ts=metrics, web__view_ts=source)

    assert [("visitor", Boundedness.SUSPECT), ("kind", Boundedness.CONSTANT)] in [
        labels for _, labels in measured(found)
    ]


SERVICE = """\
import { Counter } from 'prom-client';
export class Metrics {
  readonly seen = new Counter({ name: 'seen_total', help: 'Seen.', labelNames: ['path'] });
  record(path: string) { this.seen.inc({ path }); }
}
"""


@pytest.mark.parametrize("call", ["record(req.path)", "seen.inc({ path: req.path })", "seen.labels(req.path).inc()"])
@pytest.mark.parametrize(
    "member", ["constructor(private readonly metrics: Metrics) {}", "metrics: Metrics;", "@Inject() metrics: Metrics;"]
)
def test_what_is_injected_is_found_by_its_declared_type(member, call):
    """NestJS hands a service over; only its type says which."""
    head = "import type { Request } from 'express';\nimport { Metrics } from './metrics.service';\n"
    body = f"class Users {{ {member} one(req: Request) {{ this.metrics.{call}; }} }}\n"
    found = project(**{"src__metrics.service_ts": SERVICE, "src__users_ts": head + body})

    assert [("seen_total", [("path", Boundedness.UNBOUNDED)])] == measured(found)


@pytest.mark.parametrize(
    ("head", "call", "metrics"),
    [
        ("import service from './metrics.service';", "service.seen.inc({ path: 'a' })", ["seen_total"]),
        ("import * as service from './metrics.service';", "service.seen.inc({ path: 'a' })", ["seen_total"]),
        ("import seen from './metrics.service';", "seen.inc({ path: 'a' })", [None]),
    ],
)
def test_a_module_with_a_dot_in_its_name_is_found(head, call, metrics):
    """What it exports by a name is; what it exports as its default has none, and is not taken for another file's."""
    service = (
        "import { Counter } from 'prom-client';\n"
        "export const seen = new Counter({ name: 'seen_total', help: 'Seen.', labelNames: ['path'] });\n"
    )
    files = {"src__metrics.service_ts": service, "src__metrics_ts": service.replace("seen_total", "other_total")}
    found = project(**files, src__users_ts=f"{head}\n{call};\n")

    assert metrics == [one.metric for one in found.source.borrowed]


def test_a_module_that_is_handed_on_mentions_all_of_its_instruments():
    """`register(metrics)` may use each of them; `from .metrics import REQUESTS` uses one."""
    handed = project(app__metrics_py=METRICS, app__views_py="from . import metrics\nregister(metrics)\n")
    named = project(app__metrics_py=METRICS, app__views_py="from .metrics import REQUESTS\n")

    assert 2 == len(handed.source.mentioned)
    assert 1 == len(named.source.mentioned)


def test_one_language_does_not_import_from_the_other():
    """A Python module and a TypeScript module of one path are two."""
    found = project(app__metrics_py=METRICS)

    assert found.source.instrument(Imported("app/metrics", "REQUESTS"), Language.PYTHON) is not None
    assert found.source.instrument(Imported("app/metrics", "REQUESTS"), Language.TYPESCRIPT) is None


@pytest.mark.parametrize("path", ["app.py", "app.ts", "app.mjs"])
def test_a_configured_helper_is_a_word_by_which_a_file_is_read(path):
    """The bytes of a file are searched for the helpers of `label-wrappers` too."""
    settings = SourceSettings(label_wrappers=("telemetry.note:0",))

    assert relevant(b"note({'user': user})\n", path, settings)
    assert not relevant(b"note({'user': user})\n", path, SourceSettings())


def test_the_house_of_the_index():
    """The index knows nodes, and no parser."""
    text = (Path(__file__).parents[2] / "lint" / "source_index.py").read_text()

    assert "documents" not in text
