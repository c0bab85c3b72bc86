"""`min-confidence`: what is hidden is counted, and confuses neither suppressions nor the baseline."""

from collections.abc import Iterator

from obsaudit.lint import Confidence, Finding, Fix, Rule, Severity
from obsaudit.lint import baseline as baselines
from obsaudit.lint.baseline import Key
from obsaudit.lint.config import Config
from obsaudit.lint.fixing import fix
from obsaudit.lint.nodes import AlertingRule
from obsaudit.lint.record import replace
from obsaudit.lint.run import run

from .samples import ALERT, request, told, write


class Guessing(Rule):
    """Flags every alert; of one whose name begins with `Maybe` it is not sure."""

    id = "test/guessing"
    summary = "alert may be bad"
    severity = Severity.ERROR

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        doubt = Confidence.LOW if alert.name.value.startswith("Maybe") else Confidence.HIGH
        better = Fix("rename it", (alert.name.edit(0, len(alert.name.value), "Good"),))
        if alert.name.value != "Good":
            # One subject for all, so that one entry of the baseline is for all.
            at = replace(alert.place(alert.name), subject="alerts")
            yield self.finding("bad", at, confidence=doubt, fix=better)


SURE, MAYBE = ALERT.format("Surely"), ALERT.format("Maybe")


def asked(folder, least=Confidence.HIGH, **settings):
    config = Config(root=folder, min_confidence=least, **settings)
    return request(folder, rules=(Guessing(),), config=config)


def accepted(folder, count):
    entry = Key("test/guessing", "a.yml", "alerts")
    baselines.save(baselines.Baseline({entry: count}), folder / "obsaudit-baseline.txt")


def test_nothing_is_hidden_unless_it_is_asked_for(tmp_path):
    """
    The default shows what is doubtful, too.
    """
    write(tmp_path, a_yml=MAYBE + SURE)
    report = run(asked(tmp_path, Config(root=tmp_path).min_confidence))

    assert ["test/guessing a.yml:1", "test/guessing a.yml:3"] == told(report.shown)
    assert () == report.doubtful


def test_what_is_doubtful_is_counted_and_not_fixed(tmp_path):
    """
    In vendored files as in others.
    """
    write(tmp_path, a_yml=MAYBE + SURE, vendor__b_yml=MAYBE + SURE)
    order = asked(tmp_path, vendored=("vendor/",))
    report, fixes = run(order), fix(order, unsafe=True)

    assert ["test/guessing a.yml:3"] == told(report.shown)
    assert ["test/guessing vendor/b.yml:3"] == told(report.vendored)
    assert ["test/guessing a.yml:1", "test/guessing vendor/b.yml:1"] == told(report.doubtful)
    assert {"a.yml": (MAYBE + ALERT.format("Good")).encode()} == fixes.after


def test_a_suppression_of_what_is_hidden_is_not_unused(tmp_path):
    """
    It is needed as soon as somebody asks for everything.
    """
    write(tmp_path, a_yml=f"# obsaudit: ignore[test/guessing] -- because\n{MAYBE}")
    report = run(asked(tmp_path))

    assert ((), ()) == (report.shown, report.doubtful)
    assert ["test/guessing a.yml:2"] == told(report.suppressed)


def test_an_entry_of_the_baseline_for_what_is_hidden_is_not_stale(tmp_path):
    """
    Two accepted, two found, one of them hidden otherwise.
    """
    write(tmp_path, a_yml=MAYBE + SURE)
    accepted(tmp_path, 2)
    report = run(asked(tmp_path))

    assert ((), ()) == (report.shown, report.doubtful)
    assert ["test/guessing a.yml:3", "test/guessing a.yml:1"] == told(report.baselined)


def test_the_baseline_accepts_first_what_would_be_shown(tmp_path):
    """
    The one accepted finding is not spent on the hidden one above it.
    """
    write(tmp_path, a_yml=MAYBE + SURE)
    accepted(tmp_path, 1)
    report = run(asked(tmp_path))

    assert [] == told(report.shown)
    assert (["test/guessing a.yml:3"], ["test/guessing a.yml:1"]) == (told(report.baselined), told(report.doubtful))
