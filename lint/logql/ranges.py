"""Log lines with and without a range, and what stands in parentheses."""

from __future__ import annotations

from ..grammar import Clause, Duration, Fault, Token, TooDeep, Word, templated
from ..record import replace
from ..telemetry.duration import seconds
from .functions import FUNCTIONS
from .lexer import quantity
from .pipelines import Pipelines
from .syntax import LogRange, Logs, Stage, Unwrap

_DEEPEST = 100


class LogRanges(Pipelines):
    """Reads log lines: for themselves, or of a stretch of time."""

    __slots__ = ("depth",)

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.depth = 0

    def name(self) -> Word:
        """The current word in lower case; steps over it."""
        token = self.take()
        return Word(token.text.lower(), token.start, token.end)

    def close(self, opening: Token, expected: str = "`)` or an operator") -> Token:
        """The parenthesis that ends what `opening` began."""
        if self.token.kind == "end":
            raise Fault(f"`{opening.text}` is not closed", opening.start, opening.end, "add `)`", grammar=True)
        return self.expect(")", expected)

    def logs(self) -> Logs:
        """A selector and its pipeline, where no range may stand."""
        selector = self.selector()
        stages: list[Stage] = []
        while self.at_stage():
            stages.append(self.stage(stages))
        if self.token.kind == "range":
            cure = "put a range aggregation around it, as in `rate({…}[5m])`"
            raise Fault("range outside of a range aggregation", self.token.start, self.token.end, cure)
        for stage in stages:
            if isinstance(stage, Unwrap):
                cure = "put one around it, as in `sum_over_time({…} | unwrap … [5m])`"
                raise Fault("`unwrap` outside of a range aggregation", stage.start, stage.end, cure)
        return Logs(selector.start, (stages[-1] if stages else selector).end, selector, tuple(stages))

    def log_range(self, user: Word) -> LogRange:
        """Lines and their range, in whatever order; the parentheses around either are part of it."""
        found = self._part_of_range(user)
        if isinstance(found, LogRange):
            return found
        if self.token.kind == "word":
            self.unclear_if_variable()
        cure = "as in `[5m]`, at the end or directly behind the selector"
        if self.token.kind in (")", "end"):
            raise Fault(f"`{user.value}` takes log lines of a range, got no range", found.start, found.end, cure)
        raise self.unexpected("a stage or a range", cure)

    def _part_of_range(self, user: Word) -> Logs:
        if self.depth >= _DEEPEST:
            raise TooDeep
        self.depth += 1
        found = self._enclosed_range(user) if self.token.kind == "(" else self._open_range(user)
        self.depth -= 1
        return found

    def _enclosed_range(self, user: Word) -> Logs:
        opening = self.take()
        inner = self._part_of_range(user)
        found = replace(inner, start=opening.start, end=self.close(opening, "`)`, a stage or a range").end)
        if self.token.kind != "range" or isinstance(found, LogRange):
            return found
        span, offset, end = self._range()
        return LogRange(found.start, end, found.selector, found.stages, span, offset)

    def _open_range(self, user: Word) -> Logs:
        if self.token.kind != "{":
            raise self._no_selector(user)
        selector = self.selector()
        stages: list[Stage] = []
        ranged = self._range() if self.token.kind == "range" else None
        while self.at_stage():
            stages.append(self.stage(stages))
        if ranged is None and self.token.kind == "range":
            ranged = self._range()
            if self.at_stage():
                raise self.unexpected("`)`", "the range stands at the end, or directly behind the selector")
        end = self.tokens[self.index - 1].end
        if ranged is None:
            return Logs(selector.start, end, selector, tuple(stages))
        return LogRange(selector.start, end, selector, tuple(stages), ranged[0], ranged[1])

    def _no_selector(self, user: Word) -> Fault:
        token = self.token
        if token.kind != "word":
            return self.unexpected("a stream selector in braces")
        self.unclear_if_variable()
        if self.peek().kind == "(" and token.text.lower() in FUNCTIONS:
            cure = "LogQL has no subqueries"
            return Fault(f"`{user.value}` takes log lines, got a metric", token.start, token.end, cure, grammar=True)
        return no_stream(token)

    def _range(self) -> tuple[Duration, Duration | None, int]:
        token = self.take()
        spelling = token.text[1:-1]
        length = seconds(spelling)
        if length is None and not templated(spelling):
            start, end = token.start + 1, token.end - 1
            if ":" in spelling:
                raise Fault("LogQL has no subqueries", token.start, token.end, "one range, as in `[5m]`", grammar=True)
            cure = "durations read like `5m` or `1h30m`"
            raise Fault(f"`{spelling}` is no duration", start, max(end, start), cure, grammar=True)
        span = Duration(token.start + 1, token.end - 1, spelling, length, False)
        offset = self._offset() if self.keyword() == "offset" else None
        return span, offset, self.tokens[self.index - 1].end

    def _offset(self) -> Duration:
        self.take()
        start = self.token.start
        negative = self.token.kind == "-"
        if negative:
            self.take()
        token = self.token
        if token.kind == "word" and templated(token.text):
            self.take()
            return Duration(start, token.end, token.text, None, False)
        self.expect("number", "a duration")
        if quantity(token.text) != "duration":
            raise Fault(f"`{token.text}` is no duration", token.start, token.end, "as in `5m`", grammar=True)
        length = seconds(token.text)
        value = -length if length is not None and negative else length
        return Duration(start, token.end, token.text, value, False)

    def clause(self) -> Clause:
        """A keyword and its labels in parentheses."""
        keyword = self.name()
        opening = self.expect("(", "`(` and labels")
        labels: list[Word] = []
        while self.token.kind != ")":
            labels.append(self.label())
            if self.token.kind == ",":
                self.take()
                if self.token.kind == ")":
                    raise self.unexpected("a label")
            elif self.token.kind != ")":
                break
        return Clause(keyword, tuple(labels), self.close(opening, "`,` or `)`").end)


def no_stream(token: Token) -> Fault:
    """The fault of a word where streams are to be selected."""
    cure = 'LogQL selects streams by their labels, in braces: `{app="…"}`'
    return Fault(f"`{token.text}` is no stream selector", token.start, token.end, cure, grammar=True)
