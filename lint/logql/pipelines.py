"""Selectors of streams, and the stages of a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from ..grammar import Fault, Matcher, Token, Word, templated
from .check import check_captures, check_groups, check_labellings, check_matcher, check_regex
from .conditions import COMPARISONS, Conditions
from .functions import CONVERSIONS, RESERVED, STAGES, nearest
from .syntax import (
    Decolorize,
    Extraction,
    LabelChoice,
    LabelFilter,
    LabelFormat,
    Labelling,
    LineFilter,
    LineFormat,
    LineMatch,
    Parser,
    Selector,
    Stage,
    Unwrap,
)

LINE_FILTERS = frozenset({"|=", "!=", "|~", "!~", "|>", "!>"})


class Pipelines(Conditions):
    """Reads what selects log lines and what becomes of them."""

    __slots__ = ()

    def selector(self) -> Selector:
        """The braces."""
        opening = self.expect("{", "a stream selector in braces")
        matchers: list[Matcher] = []
        partial = False
        while self.token.kind != "}":
            if templated(self.token.text) and self.token.kind == "word" and self.peek().kind in (",", "}"):
                self.take()
                partial = True
            else:
                matchers.append(self._matcher(opening))
            if self.token.kind == ",":
                comma = self.take()
                if self.token.kind == "}":
                    raise Fault("`,` after the last matcher", comma.start, comma.end, "leave it out", grammar=True)
            elif self.token.kind != "}":
                raise self._unclosed(opening, "`,` or `}`")
        return Selector(opening.start, self.take().end, tuple(matchers), partial)

    def _matcher(self, opening: Token) -> Matcher:
        if self.token.kind == "end":
            raise self._unclosed(opening, "a label")
        matcher = self.matcher(self.label())
        check_matcher(matcher)
        return matcher

    def _unclosed(self, opening: Token, expected: str) -> Fault:
        if self.token.kind == "end":
            return Fault("`{` is not closed", opening.start, opening.end, "add `}`", grammar=True)
        return self.unexpected(expected)

    def at_stage(self) -> bool:
        """Whether a stage begins here."""
        return self.token.kind == "|" or self.token.kind in LINE_FILTERS

    def stage(self, stages: list[Stage]) -> Stage:
        """The next stage; `stages` are those before it."""
        stage = self._line_filter() if self.token.kind != "|" else self._piped()
        if any(isinstance(before, Unwrap) for before in stages) and not isinstance(stage, LabelFilter):
            cure = "only label filters stand behind `unwrap`"
            raise Fault("stage behind `unwrap`", stage.start, stage.end, cure)
        return stage

    # Line filters.

    def _line_filter(self) -> LineFilter:
        token = self.take()
        op = Word(token.kind, token.start, token.end)
        matches = [self._line_match(op)]
        while self.keyword() == "or":
            self.take()
            matches.append(self._line_match(op))
        return LineFilter(op.start, matches[-1].end, op, tuple(matches))

    def _line_match(self, op: Word) -> LineMatch:
        token = self.token
        if self.keyword() == "ip" and self.peek().kind == "(":
            value, end = self.address()
            return LineMatch(value, token.start, end, True)
        if token.kind == "word" and not templated(token.text):
            raise self.unexpected("a quoted text", f'quote it: `"{token.text}"`')
        value = self.quoted_or_variable("a quoted text")
        if op.value in ("|~", "!~"):
            check_regex(value)
        return LineMatch(value, value.start, value.end, False)

    # Stages behind a pipe.

    def _piped(self) -> Stage:
        pipe = self.take()
        token, word = self.token, self.keyword()
        compared = self.peek().kind in COMPARISONS - (LINE_FILTERS if word in _WITHOUT_LABELS else frozenset())
        if word in STAGES and (word in RESERVED or not compared):
            self.take()
            return self.READERS[word](self, pipe, Word(word, token.start, token.end))
        if token.kind == "(" or (token.kind == "word" and (compared or self.peek().kind in (".", "-"))):
            condition = self.condition()
            return LabelFilter(pipe.start, condition.end, condition)
        raise self._no_stage(token)

    def _no_stage(self, token: Token) -> Fault:
        if token.kind != "word":
            return self.unexpected("a stage", _STAGE_HELP.get(token.kind))
        self.unclear_if_variable()
        known = nearest(token.text, STAGES)
        cure = 'a label is compared, as in `| status="500"`, and a text is looked for with `|=`'
        cure = f"did you mean `{known}`?" if known else cure
        return Fault(f"unknown stage `{token.text}`", token.start, token.end, cure, grammar=True)

    def _parser(self, pipe: Token, name: Word) -> Parser:
        strict = False
        while name.value == "logfmt" and self.token.kind == "flag":
            strict |= self.take().text == "--strict"
        extractions: list[Extraction] = []
        while self.token.kind == "word":
            self.unclear_if_variable()
            extractions.append(self._extraction())
            if self.token.kind != ",":
                break
            self.take()
            if self.token.kind != "word":
                raise self.unexpected("a label")
        if self.token.kind in COMPARISONS and not self.at_stage():
            raise self.unexpected("a stage", "a label filter begins with its own `|`")
        return Parser(pipe.start, self.tokens[self.index - 1].end, name, strict, None, tuple(extractions))

    def _extraction(self) -> Extraction:
        label = self.label()
        if self.token.kind != "=":
            return Extraction(label, None)
        self.take()
        return Extraction(label, self.quoted_or_variable("a quoted path"))

    def _unpack(self, pipe: Token, name: Word) -> Parser:
        return Parser(pipe.start, name.end, name, False, None, ())

    def _pattern(self, pipe: Token, name: Word) -> Parser:
        value = self.quoted_or_variable("a quoted pattern")
        check = check_captures if name.value == "pattern" else check_groups
        check(value)
        return Parser(pipe.start, value.end, name, False, value, ())

    def _line_format(self, pipe: Token, name: Word) -> LineFormat:
        template = self.quoted_or_variable("a quoted template")
        return LineFormat(pipe.start, template.end, template)

    def _label_format(self, pipe: Token, name: Word) -> LabelFormat:
        labellings = [self._labelling()]
        while self.token.kind == ",":
            self.take()
            labellings.append(self._labelling())
        check_labellings(labellings)
        return LabelFormat(pipe.start, labellings[-1].source.end, tuple(labellings))

    def _labelling(self) -> Labelling:
        label = self.label()
        self.expect("=", "`=`")
        if self.token.kind == "string":
            return Labelling(label, self.quoted_or_variable("a template"), True)
        return Labelling(label, self.label("a label or a quoted template"), False)

    def _decolorize(self, pipe: Token, name: Word) -> Decolorize:
        return Decolorize(pipe.start, name.end)

    def _label_choice(self, pipe: Token, name: Word) -> LabelChoice:
        labels = [self._chosen()]
        while self.token.kind == ",":
            self.take()
            labels.append(self._chosen())
        return LabelChoice(pipe.start, labels[-1].end, name, tuple(labels))

    def _chosen(self) -> Word | Matcher:
        label = self.label()
        if self.token.kind not in COMPARISONS:
            return label
        matcher = self.matcher(label)
        check_matcher(matcher)
        return matcher

    def _unwrap(self, pipe: Token, name: Word) -> Unwrap:
        if self.peek().kind != "(":
            label = self.label()
            return Unwrap(pipe.start, label.end, label, None)
        token = self.expect("word", "a label")
        conversion = Word(token.text.lower(), token.start, token.end)
        if conversion.value not in CONVERSIONS and not conversion.templated:
            cure = "there are `bytes`, `duration` and `duration_seconds`"
            raise Fault(f"unknown conversion `{token.text}`", token.start, token.end, cure)
        self.take()
        label = self.label()
        return Unwrap(pipe.start, self.expect(")", "`)`").end, label, conversion)

    READERS: ClassVar[Mapping[str, Callable[[Pipelines, Token, Word], Stage]]] = {
        "json": _parser,
        "logfmt": _parser,
        "xml": _parser,
        "unpack": _unpack,
        "pattern": _pattern,
        "regexp": _pattern,
        "line_format": _line_format,
        "label_format": _label_format,
        "decolorize": _decolorize,
        "drop": _label_choice,
        "keep": _label_choice,
        "distinct": _label_choice,
        "unwrap": _unwrap,
    }
    """How each stage is read once its pipe and its name are."""


# Behind these, `!=` and `!~` are line filters.
_WITHOUT_LABELS = frozenset({"decolorize", "xml"})
_STAGE_HELP = {
    "string": "a text is looked for with `|=`",
    "=": "`|=` is one sign",
    "~": "`|~` is one sign",
    "|": "one pipe is enough: stages follow one another",
    "|=": "`|=` needs no pipe before it",
    "|~": "`|~` needs no pipe before it",
    "!=": "`!=` needs no pipe before it",
    "!~": "`!~` needs no pipe before it",
}
