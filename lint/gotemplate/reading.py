"""
Follows a template as Go would execute it: what it reads of the alert, what it queries, and what would fail.

Values are followed by kind only. Where a kind is unknown nothing is said.
"""

from __future__ import annotations

from functools import partial, reduce

from ..record import replace
from . import verbs
from .functions import COMPARISONS, FUNCTIONS, VMALERT, Kind, Signature
from .problem import TemplateProblem
from .reads import (
    LITERAL_KINDS,
    PRELUDE,
    ROOT,
    ROOT_FIELDS,
    SAMPLE_FIELDS,
    SCALARS,
    UNKNOWN,
    LabelRead,
    QueryRead,
    Scope,
    Value,
    ValueRead,
)
from .tree import (
    Access,
    Action,
    Branch,
    Call,
    Command,
    Constant,
    Definition,
    Dot,
    Field,
    Function,
    Nil,
    Node,
    Operand,
    Piece,
    Pipeline,
    Variable,
)


class Reading:
    """One walk over one template; the lists are its result."""

    def __init__(self, nodes: tuple[Node, ...], assigned: frozenset[str] = frozenset()) -> None:
        self.labels: list[LabelRead] = []
        self.values: list[ValueRead] = []
        self.queries: list[QueryRead] = []
        self.problems: list[TemplateProblem] = []
        self._definitions = {node.name: node for node in nodes if isinstance(node, Definition)}
        self._assigned = assigned
        self._called: set[tuple[str, Kind]] = set()
        known = {name: value for name, value in PRELUDE.items() if name not in assigned}
        self._bodies = [(nodes, Scope(ROOT, known))]
        """What is still to be walked: definitions that call each other would nest too deeply."""

        while self._bodies:
            self._walk(*self._bodies.pop())

    def _problem(self, piece: Piece, message: str, help: str | None = None) -> None:
        self.problems.append(TemplateProblem(message, piece.start, piece.end, help))

    # Blocks

    def _walk(self, nodes: tuple[Node, ...], scope: Scope) -> None:
        for node in nodes:
            match node:
                case Action():
                    scope = self._action(node, scope)
                case Branch():
                    self._branch(node, scope)
                case Call():
                    self._call(node, scope)

    def _action(self, action: Action, scope: Scope) -> Scope:
        result = self._pipeline(action.pipeline, scope)
        if action.pipeline.variables:
            return self._declare(scope, action.pipeline.variables, result)
        if result.tells:
            self.values.append(ValueRead(result.tells.start, result.tells.end))
        return scope

    def _branch(self, branch: Branch, scope: Scope) -> None:
        before = len(self.labels)
        tested = self._pipeline(branch.pipeline, replace(scope, asked=scope.asked | _ANY))
        asked = scope.asked | {read.name for read in self.labels[before:]} | {tested.label or ""}
        inner = replace(scope, asked=asked)
        names = branch.pipeline.variables
        if branch.keyword == "range":
            element = _element(tested)
            variables = (element,) if len(names) == 1 else (_key(tested), element)
            inner = self._declare(replace(inner, dot=element), names, *variables)
        else:
            inner = self._declare(inner, names, tested)
            inner = replace(inner, dot=tested) if branch.keyword == "with" else inner
        self._walk(branch.body, inner)
        self._walk(branch.otherwise, self._declare(scope, names, UNKNOWN, UNKNOWN))

    def _call(self, call: Call, scope: Scope) -> None:
        dot = self._pipeline(call.pipeline, scope) if call.pipeline else UNKNOWN
        definition = self._definitions.get(call.name)
        if definition is None:
            self._problem(call, f'template "{call.name}" is not defined', "alerts share no templates: define it here")
        elif (call.name, dot.kind) not in self._called:
            self._called.add((call.name, dot.kind))
            self._bodies.append((definition.body, Scope(dot, {"$": dot})))

    def _declare(self, scope: Scope, names: tuple[str, ...], *values: Value) -> Scope:
        """A scope with more variables; one that is ever assigned anew can be anything."""
        known = {name: UNKNOWN if name in self._assigned else value for name, value in zip(names, values, strict=False)}
        return replace(scope, variables={**scope.variables, **known}) if known else scope

    # Values

    def _pipeline(self, pipeline: Pipeline, scope: Scope) -> Value:
        piped: tuple[Value, ...] = ()
        for command in pipeline.commands:
            piped = (self._command(command, scope, piped),)
        return piped[0]

    def _command(self, command: Command, scope: Scope, piped: tuple[Value, ...]) -> Value:
        head, *rest = command.operands
        if isinstance(head, Function):
            arguments = tuple(self._operand(operand, scope) for operand in rest) + piped
            return self._apply(head, command, arguments, scope)
        if isinstance(head, Nil):
            self._problem(head, "`nil` is no value to print")
        result = self._operand(head, scope)
        if (rest or piped) and result.kind is not Kind.UNKNOWN:
            self._problem(command, f"argument after {result.kind}", "put `|` before the function it is passed to")
            return UNKNOWN
        return result

    def _operand(self, operand: Operand, scope: Scope) -> Value:
        match operand:
            case Dot():
                return _told(operand, scope.dot)
            case Variable():
                return _told(operand, scope.variables.get(operand.name, UNKNOWN))
            case Constant():
                return Value(LITERAL_KINDS[type(operand.value)], constant=operand)
            case Function():
                return self._apply(operand, Command(operand.start, operand.end, (operand,)), (), scope)
            case Pipeline():
                return self._pipeline(operand, scope)
            case Access():
                base = self._operand(operand.base, scope)
                return _told(operand, reduce(partial(self._field, operand, scope), operand.fields, base))
            case _:
                return UNKNOWN

    def _field(self, access: Access, scope: Scope, value: Value, field: Field) -> Value:
        match value.kind:
            case Kind.ROOT:
                return self._known_field(field, ROOT_FIELDS, "an alert template")
            case Kind.SAMPLE:
                return self._known_field(field, SAMPLE_FIELDS, "a sample")
            case Kind.LABELS:
                return self._label(field.name, access.start, field.end, scope)
            case Kind.SAMPLE_LABELS | Kind.EXTERNAL_LABELS:
                return Value(Kind.TEXT)
            case Kind.UNKNOWN:
                return UNKNOWN
        cure = None
        if value.label is not None:
            cure = 'read a label whose name has dots with `index $labels "…"`'
        elif value.kind is Kind.SAMPLES:
            cure = "take one of them with `first`"
        self._problem(field, f"{value.kind} has no field `.{field.name}`", cure)
        return UNKNOWN

    def _known_field(self, field: Field, fields: dict[str, Value], owner: str) -> Value:
        if field.name in fields:
            return fields[field.name]
        if field.name in VMALERT:
            message = f"`.{field.name}` exists in VictoriaMetrics' vmalert, not in Prometheus"
            self.problems.append(TemplateProblem(message, field.start, field.end, doubt="dialect"))
        else:
            known = ", ".join(f"`.{name}`" for name in fields)
            self._problem(field, f"{owner} has no field `.{field.name}`", f"there are {known}")
        return UNKNOWN

    def _label(self, name: str, start: int, end: int, scope: Scope) -> Value:
        self.labels.append(LabelRead(name, start, end, not scope.asked.isdisjoint((name, *_ANY))))
        return Value(Kind.TEXT, label=name)

    # Functions

    def _apply(self, function: Function, command: Command, arguments: tuple[Value, ...], scope: Scope) -> Value:
        signature = FUNCTIONS.get(function.name)
        if signature is None or not self._fits(function, signature, arguments):
            return UNKNOWN
        tells = next((argument.tells for argument in arguments if argument.tells), None) if signature.carries else None
        match function.name:
            case "index" if len(arguments) > 1 and arguments[1].constant:
                return self._index(command, arguments[0], str(arguments[1].constant.value), scope)
            case "query":
                self._query(arguments[0])
            case "printf":
                self._printf(function, arguments)
                return Value(Kind.TEXT, tells, constant=arguments[0].constant)
            case "and" | "or":
                kinds = {argument.kind for argument in arguments}
                return Value(kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN, tells)
            case name if name in COMPARISONS:
                self._comparison(function, arguments)
        return Value(signature.gives, tells)

    def _fits(self, function: Function, signature: Signature, arguments: tuple[Value, ...]) -> bool:
        count, least, most = len(arguments), signature.least, signature.most
        if count < least or (most is not None and count > most):
            wanted = str(least) if least == most else f"at least {least}" if most is None else f"{least} to {most}"
            noun = "argument" if wanted == "1" else "arguments"
            cure = f"write `${function.name}`" if not count and f"${function.name}" in PRELUDE else None
            self._problem(function, f"`{function.name}` takes {wanted} {noun}, not {count}", cure)
            return False
        for argument, takes in zip(arguments, signature.takes, strict=False):
            if takes and argument.kind is not Kind.UNKNOWN and argument.kind not in takes:
                cure = "take one sample with `first`" if argument.kind is Kind.SAMPLES else None
                self._problem(function, f"`{function.name}` cannot take {argument.kind}", cure)
                return False
        return True

    def _index(self, command: Command, base: Value, key: str, scope: Scope) -> Value:
        match base.kind:
            case Kind.LABELS:
                return self._label(key, command.start, command.end, scope)
            case Kind.SAMPLES:
                return Value(Kind.SAMPLE)
            case Kind.SAMPLE_LABELS | Kind.EXTERNAL_LABELS:
                return Value(Kind.TEXT)
            case _:
                return UNKNOWN

    def _query(self, argument: Value) -> None:
        spelt = argument.constant
        if spelt is None or not isinstance(spelt.value, str):
            return
        filled = verbs.fill(spelt.value)
        self.queries.append(QueryRead(filled, spelt.start + 1, spelt.end - 1, spelt.verbatim and filled == spelt.value))

    def _printf(self, function: Function, arguments: tuple[Value, ...]) -> None:
        """Go prints `%!d(float64=5)` where a verb and its value disagree."""
        spelt = arguments[0].constant
        if spelt is None or not isinstance(spelt.value, str):
            return
        wanted = verbs.of(spelt.value)
        if wanted is None:
            return
        given = arguments[1:]
        if len(wanted) != len(given):
            self._problem(spelt, f"`printf` has {len(wanted)} verbs and {len(given)} values")
            return
        for verb, value in zip(wanted, given, strict=True):
            if value.kind in SCALARS and not verbs.fits(verb, value.kind):
                cure = "`%.2f`, `%g` and `%v` can" if value.kind is Kind.FLOAT else None
                self._problem(spelt, f"`%{verb}` cannot print {value.kind}", cure)

    def _comparison(self, function: Function, arguments: tuple[Value, ...]) -> None:
        """Go compares like with like: a float64 with `80` fails, with `80.0` it does not."""
        first = arguments[0].kind
        for other in arguments[1:]:
            if first is other.kind or not {first, other.kind} <= SCALARS:
                continue
            cure = "write the number with a decimal point" if {first, other.kind} == {Kind.FLOAT, Kind.INT} else None
            self._problem(function, f"`{function.name}` cannot compare {first} with {other.kind}", cure)


_ANY = frozenset(["*"])
"""In the condition of a block every label is asked for."""


def _told(operand: Operand, value: Value) -> Value:
    return replace(value, tells=operand) if value.tells else value


def _element(value: Value) -> Value:
    match value.kind:
        case Kind.SAMPLES:
            return Value(Kind.SAMPLE)
        case Kind.LABELS | Kind.EXTERNAL_LABELS | Kind.SAMPLE_LABELS:
            return Value(Kind.TEXT)
        case _:
            return UNKNOWN


def _key(value: Value) -> Value:
    return Value(Kind.INT) if value.kind is Kind.SAMPLES else UNKNOWN
