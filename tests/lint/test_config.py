"""The configuration: what it says, and what each mistake in it is told."""

from collections.abc import Mapping

import pytest

from obsaudit.auditors import ALL as AUDITORS
from obsaudit.lint import Confidence, Rule, Severity
from obsaudit.lint.config import Config, ConfigError, PerPath, RuleSettings, Scopes, Server, find, load
from obsaudit.lint.documents.alertmanager_schema import KINDS
from obsaudit.lint.documents.source import SourceSettings
from obsaudit.lint.record import field, names_of
from obsaudit.rules import ALL


class MissingFor(Rule):
    """A rule with an option of each kind."""

    id = "alerts/missing-for"
    severity = Severity.WARNING
    exempt: tuple[str, ...] = ()
    window: str = "5m"
    least: int = 1
    share: float = 0.5
    strict: bool = False
    unit: str | None = None
    channels: Mapping[str, tuple[str, ...]] | None = None
    names: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self):
        if self.least > 100:
            raise ValueError("`least` is more than there can be")


class LostLe(Rule):
    """Another rule."""

    id = "promql/lost-le"
    severity = Severity.ERROR
    metric_prefixes: tuple[str, ...] = ()


class Opinion(Rule):
    """A rule that is off unless selected."""

    id = "alerts/opinion"
    severity = Severity.INFO
    opinionated = True


class Meta(Rule):
    """A rule about the run itself."""

    id = "meta/unparsable"
    severity = Severity.ERROR


RULES = (MissingFor(), LostLe(), Opinion(), Meta())


def loaded(folder, text, name="obsaudit.toml"):
    path = folder / name
    path.write_bytes(text.encode())
    return load(path, RULES, folder)


WHOLE = """\
{0}select = ["alerts", "promql/lost-le", "all"]
ignore = ["alerts/opinion"]
fail-on = "error"
min-confidence = "high"
metric-prefixes = ["app_"]
vendored = ["vendor/**"]
exclude = ["legacy/"]
baseline = "debt.txt"
max-file-size = 1_000
{1}
[{2}rules."alerts/missing-for"]
severity = "info"
exempt = ["Watchdog"]
window = "10m"
least = 2
share = 1
strict = true
unit = "s"
channels = {{ critical = ["pagerduty", "slack"] }}
names = ["a"]
[{2}source]
label-wrappers = ["telemetry.track:1"]
[{2}servers.prod]
url = "https://prometheus.example"
[[{2}per-path]]
paths = ["tests/**"]
ignore = ["alerts"]
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("obsaudit.toml", WHOLE.format("", "", "")),
        ("obsaudit.toml", WHOLE.format("[tool.obsaudit]\n", "", "tool.obsaudit.")),
        ("pyproject.toml", WHOLE.format('[project]\nname = "x"\n[tool.obsaudit]\n', "", "tool.obsaudit.")),
        ("obsaudit.toml", "\ufeff" + WHOLE.format("", "", "").replace("\n", "\r\n")),
    ],
    ids=["own file", "own file with a table", "project", "windows"],
)
def test_every_setting_is_read(tmp_path, name, text):
    """
    From either file, the same settings with the types of their fields.
    """
    options = {
        "exempt": ("Watchdog",),
        "window": "10m",
        "least": 2,
        "share": 1,
        "strict": True,
        "unit": "s",
        "channels": {"critical": ("pagerduty", "slack")},
        "names": frozenset({"a"}),
    }

    assert Config(
        root=tmp_path,
        file=tmp_path / name,
        select=("alerts", "promql/lost-le", "all"),
        ignore=("alerts/opinion",),
        fail_on=Severity.ERROR,
        min_confidence=Confidence.HIGH,
        metric_prefixes=("app_",),
        vendored=("vendor/**",),
        exclude=("legacy/",),
        baseline="debt.txt",
        max_file_size=1000,
        source=SourceSettings(label_wrappers=("telemetry.track:1",)),
        rules={"alerts/missing-for": RuleSettings(Severity.INFO, options)},
        servers={"prod": Server("https://prometheus.example")},
        per_path=(PerPath(("tests/**",), ("alerts",)),),
    ) == loaded(tmp_path, text, name)


MISTAKES = {
    "unknown key": ('a = 1\nselekt = ["alerts"]', 1, "the configuration has no key `a`", None),
    "misspelt key": ('# select\n\nselekt = ["alerts"]', 3, "the configuration has no key `selekt`", "select"),
    "underscore": ('fail_on = "error"', 1, "the configuration has no key `fail_on`", "fail-on"),
    "not below the table": (
        'select = ["alerts"]\n[tool.obsaudit]\nignore = []',
        1,
        "`select` stands beside `[tool.obsaudit]` and would be passed over",
        "put it below `[tool.obsaudit]`",
    ),
    "misspelt rule": (
        'select = [\n  "promql", # alerts/mising-for\n  "alerts/mising-for",\n]',
        2,
        "`select` names `alerts/mising-for`, which is neither a rule nor a folder of rules",
        "alerts/missing-for",
    ),
    "ignored folder": (
        'ignore = ["alert"]',
        1,
        "`ignore` names `alert`, which is neither a rule nor a folder of rules",
        "alerts",
    ),
    "ignore all": ('ignore = ["all"]', 1, "`ignore` names `all`, which is neither a rule nor a folder of rules", None),
    "no list": ('select = "alerts"', 1, "`select` must be a list of strings", None),
    "list of numbers": ("exclude = [1]", 1, "`exclude` must be a list of strings", None),
    "no pattern": ('vendored = ["a", "!"]', 1, "`!` is no pattern for paths", None),
    "severity": ('\nfail-on = "warn"', 2, "`warn` is no severity", "warning"),
    "severity of another kind": ("fail-on = 1", 1, "`1` is no severity", "one of error, warning, info"),
    "confidence": ('\nmin-confidence = "medium"', 2, "`medium` is no confidence", "one of high, low"),
    "size": ('max-file-size = "1MB"', 1, "`max-file-size` must be a whole number", None),
    "part of a byte": ("max-file-size = 1.5", 1, "`max-file-size` must be a whole number", None),
    "no bytes": ("\nmax-file-size = 0", 2, "`max-file-size` must be positive", None),
    "true": ("max-file-size = true", 1, "`max-file-size` must be a whole number", None),
    "rules as a list": ("rules = []", 1, "`rules` must be a table", None),
    "unknown rule": (
        '[rules."alerts/missing-for"]\n[rules."promql/lost-el"]',
        2,
        "there is no rule `promql/lost-el`",
        "promql/lost-le",
    ),
    "rule as a value": ('[rules]\n"promql/lost-le" = 1', 2, "`rules.promql/lost-le` must be a table", None),
    "severity of a rule": (
        '[rules."promql/lost-le"]\nseverity = "fatal"',
        2,
        "`fatal` is no severity",
        "one of error, warning, info",
    ),
    "option of the other rule": (
        '[rules."alerts/missing-for"]\nwindow = "1m"\n[rules."promql/lost-le"]\nwindow = "1m"',
        4,
        "rule `promql/lost-le` has no key `window`",
        None,
    ),
    "misspelt option": (
        '[rules."alerts/missing-for"]\nexcempt = []',
        2,
        "rule `alerts/missing-for` has no key `excempt`",
        "exempt",
    ),
    "option of the wrong type": (
        '[rules."alerts/missing-for"]\nleast = "2"',
        2,
        "`least` must be a whole number",
        None,
    ),
    "flag": ('[rules."alerts/missing-for"]\nstrict = 1', 2, "`strict` must be true or false", None),
    "share": ('[rules."alerts/missing-for"]\nshare = true', 2, "`share` must be a number", None),
    "optional": ('[rules."alerts/missing-for"]\nunit = 1', 2, "`unit` must be a string", None),
    "set": ('[rules."alerts/missing-for"]\nnames = "a"', 2, "`names` must be a list of strings", None),
    "inner list": (
        '[rules."alerts/missing-for".channels]\nwarning = ["a"]\ncritical = "b"',
        3,
        "`critical` must be a list of strings",
        None,
    ),
    "way of notifying": (
        '\n[channels]\nhigh = ["slack"]\ncritical = ["pagerduty|opsgenie", "slak"]',
        4,
        "`slak` is no way of notifying",
        "did you mean `slack`?",
    ),
    "way of notifying behind a bar": (
        'channels = {critical = ["pagerduty|ops-genie"]}',
        1,
        "`ops-genie` is no way of notifying",
        "did you mean `opsgenie`?",
    ),
    "way of notifying that is like none": (
        '[channels]\ncritical = ["fax"]',
        2,
        "`fax` is no way of notifying",
        f"one of {', '.join(sorted(KINDS))}",
    ),
    "way of notifying of a rule": (
        '[rules."alerts/missing-for".channels]\ncritical = ["Slack"]',
        2,
        "`Slack` is no way of notifying",
        "did you mean `slack`?",
    ),
    "inner table": (
        '[rules."alerts/missing-for"]\nchannels = []',
        2,
        "`rules.alerts/missing-for.channels` must be a table",
        None,
    ),
    "inline": ('\nrules = { "alerts/missing-for" = { least = "2" } }', 2, "`least` must be a whole number", None),
    "dotted": ('rules."alerts/missing-for".least = "2"', 1, "`least` must be a whole number", None),
    "what the rule refuses": (
        '\n[rules."alerts/missing-for"]\nleast = 101',
        2,
        "rule `alerts/missing-for`: `least` is more than there can be",
        None,
    ),
    "source": ("[source]\nlabel-wraper = []", 2, "`source` has no key `label-wraper`", "label-wrappers"),
    "server without url": ("\n[servers.prod]", 2, "`servers.prod` lacks `url`", None),
    "password": (
        '[servers.prod]\nurl = "x"\npassword = "y"',
        3,
        "`servers.prod` has no key `password`",
        None,
    ),
    "per-path as a table": (
        "[per-path]\npaths = []",
        1,
        "`per-path` is a list of tables",
        "write `[[tool.obsaudit.per-path]]`",
    ),
    "per-path without ignore": ("[[per-path]]\npaths = []", 1, "`per-path` lacks `ignore`", None),
    "second per-path": (
        '[[per-path]]\npaths = []\nignore = ["alerts"]\n[[per-path]]\npaths = []\nignore = ["alrets"]',
        6,
        "`ignore` names `alrets`, which is neither a rule nor a folder of rules",
        "alerts",
    ),
    "toml": ('select = ["alerts"]\nignore = [', 3, "Invalid value", None),
    "given twice": ('select = ["alerts"]\n\nselect = []', 3, "Cannot overwrite a value", None),
}


@pytest.mark.parametrize(("text", "line", "message", "help"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_line_and_what_was_meant(tmp_path, text, line, message, help):
    """
    A setting that silently does nothing is worse than a run that does not begin.
    """
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, text + "\n")

    error = raised.value
    near = help if help is None or " " in help else f"did you mean `{help}`?"
    assert (message, line, near) == (error.message, error.line, error.help)
    assert str(error).startswith(f"{tmp_path / 'obsaudit.toml'}:{line}: {message}")


def test_a_file_that_is_no_text(tmp_path):
    """
    The line of the first wrong byte.
    """
    path = tmp_path / "obsaudit.toml"
    path.write_bytes(b"# a\n# caf\xe9\n")

    with pytest.raises(ConfigError, match=r":2: is not UTF-8"):
        load(path, RULES, tmp_path)


def test_a_configuration_that_cannot_be_read(tmp_path):
    """
    A folder in the place of the file.
    """
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        load(tmp_path, RULES, tmp_path)


def test_a_project_whose_tools_are_no_table_configures_nothing(tmp_path):
    """
    What is wrong with another tool's file is not ours to say.
    """
    assert Config(root=tmp_path, file=tmp_path / "pyproject.toml") == loaded(tmp_path, "tool = 1", "pyproject.toml")


def test_the_nearest_file_counts_and_no_other(tmp_path):
    """
    Its own file before the project's; a project without its table is passed by.
    """
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "obsaudit.toml").touch()
    (tmp_path / "a" / "pyproject.toml").write_text("[[tool.obsaudit.per-path]]\n")
    (deep / "pyproject.toml").write_text('# [tool.obsaudit]\n[tool.obsauditor]\nx = "[tool.obsaudit]"\n')

    assert tmp_path / "a" / "pyproject.toml" == find(deep)
    (deep / "pyproject.toml").write_text('[ tool . "obsaudit" ]\n')
    assert deep / "pyproject.toml" == find(deep)
    (deep / "obsaudit.toml").touch()
    assert deep / "obsaudit.toml" == find(deep)
    assert Config(root=deep) == load(None, RULES, deep)


@pytest.mark.parametrize(
    ("expected", "select", "ignore"),
    [
        ("alerts/missing-for promql/lost-le meta/unparsable", (), ()),
        ("alerts/missing-for meta/unparsable", ("alerts",), ()),
        ("alerts/missing-for alerts/opinion meta/unparsable", ("alerts", "alerts/opinion"), ()),
        ("alerts/missing-for promql/lost-le alerts/opinion meta/unparsable", ("all",), ()),
        ("promql/lost-le meta/unparsable", (), ("alerts",)),
        ("alerts/missing-for promql/lost-le", (), ("meta",)),
        ("alerts/missing-for meta/unparsable", ("alerts/missing-for", "promql"), ("alerts", "promql/lost-le")),
        ("meta/unparsable", ("alerts/missing-for",), ("alerts/missing-for",)),
    ],
)
def test_which_rules_run(expected, select, ignore, tmp_path):
    """
    A name beats its folder, ignoring beats selecting, opinions are asked for, `meta` always has its say.
    """
    config = Config(root=tmp_path, select=select, ignore=ignore)

    assert expected.split() == [rule.id for rule in config.configured(RULES)]


def test_rules_get_their_options_and_those_of_the_run(tmp_path):
    """
    An option named like a setting of the run gets its value, unless the rule has its own.
    """
    config = Config(
        root=tmp_path, metric_prefixes=("app_",), rules={"alerts/missing-for": RuleSettings(options={"least": 3})}
    )
    options = {"promql/lost-le": RuleSettings(options={"metric_prefixes": ("own_",)})}

    assert (MissingFor(least=3), LostLe(("app_",))) == config.configured(RULES)[:2]
    assert (LostLe(("own_",)),) == Config(root=tmp_path, rules=options).configured([LostLe()])


def test_what_several_rules_ask_for_is_said_once(tmp_path):
    """
    The file's own setting goes before the preset's option, and a rule's own option before both.
    """
    own, preset = {"critical": ("email",)}, {"alerts/missing-for": {"channels": {"critical": ("sns",)}, "least": 3}}
    config = Config(root=tmp_path, channels=own).with_options(preset)
    above = {"alerts/missing-for": RuleSettings(options={"channels": {"critical": ("slack",)}})}

    assert (MissingFor(channels=own, least=3),) == config.configured([MissingFor()])
    assert (MissingFor(channels={"critical": ("sns",)}, least=3),) == Config(root=tmp_path).with_options(
        preset
    ).configured([MissingFor()])
    assert (MissingFor(channels={"critical": ("slack",)}),) == Config(
        root=tmp_path, channels=own, rules=above
    ).configured([MissingFor()])


def test_every_setting_of_the_run_is_an_option_of_a_rule():
    """
    One that no rule has would silently do nothing.
    """
    taken = {name for rule in (*ALL, *AUDITORS) for name in names_of(rule)}

    assert {"metric_prefixes", "channels", "method_labels", "route_labels", "operation_labels"} <= taken
    assert {"metric_prefixes", "channels", "method_labels", "route_labels", "operation_labels"} <= set(names_of(Config))


def test_paths_are_relative_to_the_configuration(tmp_path):
    """
    What is said of a path holds wherever the run is started, and through links.
    """
    config = Config(
        root=tmp_path,
        vendored=("/vendor/**",),
        per_path=(PerPath(("a/*.yml",), ("alerts",)), PerPath(("*.yml", "!b.yml"), ("promql/lost-le",))),
    )
    below, above = Scopes(config, tmp_path / "a"), Scopes(config, tmp_path)

    assert ("a/x.yml", "vendor/x.yml", "/else/x.yml") == (
        below.key("x.yml"),
        below.key("../vendor/x.yml"),
        below.key("/else/x.yml"),
    )
    assert below.ignores("alerts/missing-for", "x.yml")
    assert not above.ignores("alerts/missing-for", "x.yml")
    assert above.ignores("promql/lost-le", "x.yml")
    assert not above.ignores("promql/lost-le", "b.yml")
    assert not above.ignores("promql/other", "x.yml")
    assert (True, False) == (above.is_vendored("vendor/deep/x.yml"), above.is_vendored("a/vendor/x.yml"))
