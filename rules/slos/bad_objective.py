"""`slos/bad-objective`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Measure, Slo, Target
from ._samples import SLO


class BadObjective(Rule):
    """
    Flags targets that promise nothing, or what nobody can mean.

    **Why.**
    A target outside its range is met always or never.
    `objective: 0.999` in sloth and pyrra is 0.999 percent, `target: 99.9` in OpenSLO is 9990 percent.
    `< 500` has no unit: half a second, or eight minutes.

    **Instead.**
    Write a percentage where the format asks for one (sloth, pyrra, `targetPercent`), a share of one where it asks for
    that (`target` of OpenSLO), and a latency with its unit: `< 500ms`.

    100 % is flagged as a warning: it leaves no budget, so the first error is a breach and no burn rate can be computed.
    Not flagged: placeholders and templates.
    """

    id = "slos/bad-objective"
    summary = "target outside its range, or not readable"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.2",)

    def check_slo(self, slo: Slo) -> Iterator[Finding]:
        target = slo.target
        if target is None:
            yield self.finding(f"`{slo.name.value}` has no target", slo.at, help="say what is promised, as in `99.9%`")
            return
        if target.spelling.value.startswith(("{", "$", "<%")) or "{{" in target.spelling.value:
            return
        problem = _problem(target)
        if problem is not None:
            message, cure = problem
            severity = Severity.WARNING if target.value == 1 else None
            yield self.finding(message, slo.place(target.spelling), help=cure, severity=severity)

    examples = (
        Bad(SLO.replace("99.9%", "101%"), at="101%"),
        Bad(SLO.replace("99.9%", "100%"), at="100%"),
        Bad(SLO.replace("99.9%", "< 500"), at="< 500"),
        Bad(SLO.replace("99.9%", "high"), at="high"),
        Bad(
            """\
version: prometheus/v1
service: api
slos:
  - name: availability
    objective: 0.999
    sli: {raw: {error_ratio_query: "errors:ratio[{{.window}}]"}}
""",
            at="0.999",
        ),
        Bad(
            """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: api
spec:
  service: api
  objectives:
    - target: 99.9
""",
            at="99.9",
        ),
        Good(SLO),
        Good(SLO.replace("99.9%", "< 500ms")),
        Good(SLO.replace("99.9%", "0.999")),
        Good(SLO.replace("99.9%", "< 0.1%"), why="a share of errors"),
    )


def _problem(target: Target) -> tuple[str, str] | None:
    spelling, value = target.spelling.value, target.value
    if target.measure is None:
        return f"`{spelling}` is neither a share nor a latency", "write it as in `99.9%` or `< 500ms`"
    if target.measure is Measure.LATENCY:
        if value is None:
            return f"`{spelling}` has no threshold that can be read", "write it as in `< 500ms`"
        return ("a latency of zero is met by nothing", "write it as in `< 500ms`") if value == 0 else None
    if value is None:
        return f"`{spelling}` is not a number", "write it as in `99.9`"
    if value == 1:
        return "100% leaves no error budget", "promise less than everything: `99.9`"
    if not 0 < value < 1:
        help_ = "between 0 and 100" if target.percent else f"a share below 1, as in `{value / 100:g}`"
        return f"`{spelling}` is outside the range of a target", help_
    if target.percent and value <= 0.01:
        return f"`{spelling}` is a percentage here: {value:.4%}", f"did you mean `{value * 10000:g}`?"
    return None
