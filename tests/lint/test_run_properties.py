"""What runs say of generated projects: with a cache, suppressions, a baseline; and what fixes leave of them."""

import ast
import itertools
import json
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import baseline as baselines
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, Scopes
from obsaudit.lint.fix import apply
from obsaudit.lint.fixing import fix
from obsaudit.lint.record import replace
from obsaudit.lint.run import run
from obsaudit.rules import ALL

from .samples import Flagged, Lonely, request, told, write

BOUNDED = settings(max_examples=30, deadline=None, derandomize=True)
NAMES = st.lists(st.sampled_from(["Good", "Bad1", "Bad2"]), max_size=3)
COMMENT = "# obsaudit: ignore[{}] -- because"
OURS = (Flagged(), Lonely())


def spelt(names):
    return "".join(f"- alert: {name}\n  expr: up == 0\n" for name in names)


@BOUNDED
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.none() | NAMES), min_size=1, max_size=8),
    st.integers(1, 2),
)
def test_a_warm_run_says_what_a_cold_one_says(changes, again):
    """
    Files come, change, change back and go: what is kept between runs never shows in a report.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "p"
        project.mkdir()
        kept = Cache(Path(folder) / "c", "salt")
        asked = request(project, rules=OURS, cache=kept)
        for name, names in changes:
            path = project / f"{name}.yml"
            if names is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(spelt(names))
            cold = run(replace(asked, cache=Cache(None, "")))
            assert [cold] * again == [run(asked) for _ in range(again)]


RULES = st.sampled_from(["test/flagged", "test/other"])


class Other(Flagged):
    """Flags the same alerts under another name."""

    id = "test/other"


@BOUNDED
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Good", "Bad"]),
            st.lists(RULES, max_size=2, unique=True),
            st.lists(RULES, max_size=2, unique=True),
        ),
        max_size=5,
    )
)
def test_a_comment_hides_what_it_names_and_nothing_else(alerts):
    """
    Above an alert or behind it: each finding is shown or suppressed, and each rule that hid nothing is named once.
    """
    lines, shown, suppressed, unused = [], [], [], []
    for name, above, behind in alerts:
        if above:
            lines.append(COMMENT.format(", ".join(above)))
        at = len(lines) + 1
        lines += [f"- alert: {name}" + (f" {COMMENT.format(', '.join(behind))}" if behind else ""), "  expr: up == 0"]
        found = {"test/flagged", "test/other"} if name == "Bad" else set()
        shown += [f"{rule} a.yml:{at}" for rule in found - {*above, *behind}]
        suppressed += [f"{rule} a.yml:{at}" for rule in found & {*above, *behind}]
        unused += [(at - 1, rule) for rule in above if rule not in found]
        unused += [(at, rule) for rule in behind if rule not in found]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), a_yml="\n".join([*lines, ""]))
        report = run(request(Path(folder), rules=(Flagged(), Other())))
    said = [one for one in report.shown if one.rule == "meta/unused-suppression"]

    assert sorted(shown) == sorted(told(one for one in report.shown if one not in said))
    assert sorted(suppressed) == sorted(told(report.suppressed))
    assert sorted(unused) == sorted(
        (one.at.region.start.line, rule)
        for one in said
        for rule in ("test/flagged", "test/other")
        if f"`{rule}`" in one.message
    )


FILES = st.dictionaries(
    st.sampled_from(["a.yml", "b.yml", "é c.yml"]),
    st.lists(st.sampled_from(["Good", "Bad1", "Bad2"]), max_size=4),
    min_size=1,
)


@BOUNDED
@given(FILES, FILES)
def test_debt_that_is_accepted_is_not_shown_and_nothing_else_is_hidden(before, after):
    """
    After `write` a run is clean; later exactly what is more than was accepted is shown, and `prune` accepts none of it.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        asked = request(project, config=Config(root=project))
        for name, names in before.items():
            (project / name).write_text(spelt(names))
        accepted = update(asked, accept_new=True)
        assert () == run(asked).shown
        for name, names in after.items():
            (project / name).write_text(spelt(names))
        report = run(asked)
        found = update(replace(asked, use_baseline=False), accept_new=True, save=False)
        new = [one for one in report.shown if one.rule == "test/flagged"]
        stale = [one for one in report.shown if one.rule == "meta/stale-baseline"]

        assert found - accepted == keys(asked, new)
        assert found & accepted == keys(asked, report.baselined)
        assert len(accepted - found) == len(stale)
        assert len(new) + len(stale) == len(report.shown)
        pruned = update(asked, accept_new=False)
        assert found & accepted == pruned
        assert new == list(run(asked).shown)


def keys(asked, findings):
    return baselines.accept(findings, Scopes(asked.config, asked.cwd).key)


def update(asked, *, accept_new, save=True):
    """As `obsaudit baseline` does it."""
    report = run(replace(asked, use_baseline=False))
    before = baselines.load(asked.baseline_path)
    coverage = replace(report.coverage, sources=report.coverage.sources | baselines.gone(before, asked.config.root))
    after = baselines.rewrite(before, keys(asked, report.shown), coverage=coverage, accept_new=accept_new)
    if save:
        baselines.save(after, asked.baseline_path)
    return after


PATTERNS = st.text(st.sampled_from("ab.^$|-'\"é# :{}"), max_size=6)
MATCHERS = st.lists(st.tuples(st.sampled_from(["=~", "!~", "="]), PATTERNS), min_size=1, max_size=2)


def query(matchers):
    """A PromQL selector; each pattern is quoted as a string of Go."""
    inner = ", ".join(
        f"l{at}{op}{json.dumps(pattern, ensure_ascii=False)}" for at, (op, pattern) in enumerate(matchers)
    )
    return f"up{{{inner}}} == 0"


@BOUNDED
@given(st.lists(st.tuples(MATCHERS, st.sampled_from([None, "'", '"', "|", ">"])), min_size=1, max_size=3))
def test_a_fixed_rule_file_is_the_same_rules(queries):
    """
    Whatever the quoting, the file parses as before, each expression still has its labels, and nothing is left to fix.
    """
    alerts = [
        yaml.dump([{"alert": f"A{at}", "expr": query(one)}], default_style=mark, allow_unicode=True, width=30)
        for at, (one, mark) in enumerate(queries)
    ]
    before, after = fixed("".join(alerts), "a.yml", "promql/loose-regex")
    old, new = yaml.safe_load(before), yaml.safe_load(after)

    assert [one["alert"] for one in old] == [one["alert"] for one in new]
    assert [one["expr"].count("l0") for one in old] == [one["expr"].count("l0") for one in new]
    for (matchers, mark), rule in zip(queries, new, strict=True):
        # In a plain scalar a replacement that begins with a quote is refused: then a matcher may stay as it was.
        wished = [[tightened(*one), one] if mark is None else [tightened(*one)] for one in matchers]
        assert rule["expr"] in [query(each) for each in itertools.product(*wished)]


def tightened(op, pattern):
    """What the rule says that a matcher should be."""
    from obsaudit.rules.promql.loose_regex import _LITERAL, _without_anchors

    if op == "=" or pattern == ".*" or "$" in pattern[:-1]:
        return op, pattern
    if _LITERAL.fullmatch(pattern):
        return {"=~": "=", "!~": "!="}[op], pattern
    bare = _without_anchors(pattern)
    return (
        tightened(op, bare)
        if bare != pattern and json.dumps(pattern, ensure_ascii=False)[1:-1] == pattern
        else (op, pattern)
    )


PARTS = st.lists(
    st.sampled_from(
        [
            "{user}",
            "{user.name!r}",
            "{count:,.2f}",
            "{a['b']}",
            "{load()}",
            "{{",
            "}}",
            "%",
            "é",
            " ",
            "\\n",
            "\\'",
            "'",
        ]
    ),
    max_size=5,
).map("".join)
QUOTES = st.sampled_from(['"', '"""'])


@BOUNDED
@given(st.lists(st.tuples(PARTS, QUOTES, st.sampled_from(["logging", "loguru"])), min_size=1, max_size=3))
def test_a_fixed_log_call_logs_the_same(calls):
    """
    The module parses, each call makes the message that it made before, and nothing is left to fix.
    """
    lines = ["import logging", "from loguru import logger as other", "log = logging.getLogger(__name__)"]
    lines += [
        f"{'log' if library == 'logging' else 'other'}.info(f{quote}{parts}{quote})" for parts, quote, library in calls
    ]
    before, after = fixed("\n".join([*lines, ""]), "app.py", "logs/interpolated-message")

    assert messages(before) == messages(after)


class Logger:
    """Renders messages as `logging` and loguru do."""

    def __init__(self, said, style):
        self.said, self.style = said, style

    def info(self, message, *args):
        text = message if not args else message % args if self.style == "%" else message.format(*args)
        self.said.append(text)


class User:
    name = "ü%s{}"

    def __str__(self):
        return "%d {0}"


def messages(source):
    """What a module logs, with its loggers replaced."""
    said = []
    calls = [one for one in ast.parse(source).body if isinstance(one, ast.Expr)]
    module = ast.Module(calls, type_ignores=[])
    names = {"user": User(), "count": 1234.5, "a": {"b": "%"}, "load": lambda: "{x}"}
    exec(compile(module, "app.py", "exec"), {**names, "log": Logger(said, "%"), "other": Logger(said, "{")})
    return said


def fixed(text, name, rule):
    """A file before and after all safe fixes of a rule; asserts what holds for any fix."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(text)
        asked = request(Path(folder), rules=[one for one in ALL if one.id == rule])
        first = run(asked)
        fixes = fix(asked, unsafe=False)
        after = fixes.after.get(name, text.encode()).decode()
        again = replace(asked, contents={name: after.encode()})

        assert () == fixes.report.skipped
        assert {} == fix(again, unsafe=False).after
        assert fixes.report.shown == run(again).shown
        assert not [one for one in fixes.report.shown if one.fix is not None and one.fix.safe]
        mended = [one for one in first.shown if one.fix is not None and one.fix.safe]
        assert set(mended) == set(apply(text, mended).applied), "no two of them overlap"
        return text, after
