"""Log messages: how each is made, and the arguments that would say the same with a constant one."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from ...nodes import MessageForm
from ...record import Record
from .tree import Tree, children, literal_text

_PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_PLACEHOLDER = re.compile(r"%(?:[#0\- +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]|%)")
_CONVERSIONS = {None: "%s", "s": "%s", "r": "%r", "a": "%a"}


def form_of(node: cst.BaseExpression) -> MessageForm:
    """How a message is made."""
    match node:
        case cst.FormattedString():
            return MessageForm.F_STRING if _has_expressions(node) else MessageForm.CONSTANT
        case cst.SimpleString():
            return MessageForm.CONSTANT
        case cst.ConcatenatedString():
            return MessageForm.F_STRING if _has_expressions(node) else MessageForm.CONSTANT
        case cst.BinaryOperation(operator=cst.Modulo(), left=left) if _is_text(left):
            return MessageForm.PERCENT
        case cst.BinaryOperation(operator=cst.Add()) if any(_is_text(part) for part in _summands(node)):
            return MessageForm.CONCATENATION
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="format"))) if _is_text(inner):
            return MessageForm.FORMAT
    return MessageForm.OTHER


class _Template(Record):
    """A message's literal text, cut at the expressions in it: one more text than expressions."""

    prefix: str
    quote: str
    texts: tuple[str, ...]
    fields: tuple[tuple[str, str | None, str | None], ...]
    """The code of each expression, its conversion and its format."""


def rewritten(node: cst.BaseExpression, library: str, tree: Tree) -> str | None:
    """
    The arguments that say the same with a constant message.

    Only where the expressions are plain names and attributes, because those can be evaluated later or not at all
    without a difference, and only for libraries whose placeholders are known.
    """
    match node:
        case cst.BinaryOperation(operator=cst.Modulo(), left=cst.SimpleString() as left, right=right):
            return _of_percent(left, right, library, tree)
        case cst.FormattedString():
            template = _of_f_string(node, tree)
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as inner), args=args):
            template = _of_format(inner, args, tree)
        case cst.BinaryOperation(operator=cst.Add()):
            template = _of_sum(node, tree)
        case _:
            return None
    write = _WRITERS.get(library)
    return write(template) if template is not None and write is not None else None


def _of_f_string(node: cst.FormattedString, tree: Tree) -> _Template | None:
    texts, fields = [""], []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            texts[-1] += part.value
            continue
        if not isinstance(part, cst.FormattedStringExpression) or part.equal is not None:
            return None
        code = tree.code(part.expression)
        if not _PLAIN.fullmatch(code):
            return None
        spec = None
        if part.format_spec is not None:
            if not all(isinstance(one, cst.FormattedStringText) for one in part.format_spec):
                return None
            spec = "".join(one.value for one in part.format_spec if isinstance(one, cst.FormattedStringText))
        fields.append((code, part.conversion, spec))
        texts.append("")
    quote = node.end
    prefix = node.start.removesuffix(quote).lower().replace("f", "")
    return _Template(prefix, quote, tuple(texts), tuple(fields))


_BRACES = re.compile(r"\{(\d*)((?:![rsa])?)\}")


def _of_format(node: cst.SimpleString, args: Sequence[cst.Arg], tree: Tree) -> _Template | None:
    codes = [tree.code(arg.value) for arg in args if arg.keyword is None and not arg.star]
    if len(codes) != len(args) or not all(_PLAIN.fullmatch(code) for code in codes):
        return None
    raw = node.raw_value
    bare = _BRACES.sub("", raw.replace("{{", "").replace("}}", ""))
    if "{" in bare or "}" in bare or "{{" in raw or "}}" in raw:
        return None
    texts, fields, done = [], [], 0
    for number, match in enumerate(_BRACES.finditer(raw)):
        index = int(match[1]) if match[1] else number
        if index >= len(codes):
            return None
        texts.append(raw[done : match.start()])
        fields.append((codes[index], match[2][1:] or None, None))
        done = match.end()
    texts.append(raw[done:])
    return _Template(node.prefix, node.quote, tuple(texts), tuple(fields)) if len(fields) == len(codes) else None


def _of_sum(node: cst.BinaryOperation, tree: Tree) -> _Template | None:
    """`"user " + name + " left"`: only text can be added to text, so each name stands for one."""
    parts = _summands(node)
    literals = [part for part in parts if isinstance(part, cst.SimpleString)]
    if len({(part.prefix, part.quote) for part in literals}) != 1:
        return None
    texts, fields = [""], []
    for part in parts:
        if isinstance(part, cst.SimpleString):
            texts[-1] += part.raw_value.replace("{", "{{").replace("}", "}}")
            continue
        code = tree.code(part)
        if not _PLAIN.fullmatch(code):
            return None
        fields.append((code, None, None))
        texts.append("")
    return _Template(literals[0].prefix, literals[0].quote, tuple(texts), tuple(fields))


def _of_percent(node: cst.SimpleString, right: cst.BaseExpression, library: str, tree: Tree) -> str | None:
    """`"… %s" % (a, b)`: the same placeholders, the values as arguments."""
    # A single name may be a tuple, which `%` would take apart.
    if library != "logging" or not isinstance(right, cst.Tuple) or "%(" in node.raw_value:
        return None
    codes = [tree.code(element.value) for element in right.elements]
    placeholders = [match[0] for match in _PLACEHOLDER.finditer(node.raw_value)]
    rest = _PLACEHOLDER.sub("", node.raw_value)
    if "%" in rest or len([one for one in placeholders if one != "%%"]) != len(codes):
        return None
    if not codes or not all(_PLAIN.fullmatch(code) for code in codes):
        return None
    return ", ".join((tree.code(node), *codes))


def _percent_style(template: _Template) -> str | None:
    if any(spec for _, _, spec in template.fields) or any(c not in _CONVERSIONS for _, c, _ in template.fields):
        return None
    texts = [_unbraced(text) for text in template.texts]
    if template.fields:
        texts = [text.replace("%", "%%") for text in texts]
    marks = [_CONVERSIONS[conversion] for _, conversion, _ in template.fields]
    return _spelt(template, texts, marks)


def _brace_style(template: _Template) -> str | None:
    if not template.fields:
        return _spelt(template, [_unbraced(text) for text in template.texts], [])
    marks = [
        "{" + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
        for _, conversion, spec in template.fields
    ]
    return _spelt(template, template.texts, marks)


def _spelt(template: _Template, texts: Sequence[str], marks: Sequence[str]) -> str:
    body = "".join(text + mark for text, mark in zip(texts, [*marks, ""], strict=True))
    return ", ".join(
        (f"{template.prefix}{template.quote}{body}{template.quote}", *(code for code, _, _ in template.fields))
    )


def _unbraced(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


_WRITERS = {"logging": _percent_style, "loguru": _brace_style}


def _summands(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add) and not node.lpar:
        return [*_summands(node.left), node.right]
    return [node]


def _is_text(node: cst.BaseExpression) -> bool:
    return literal_text(node) is not None or isinstance(node, cst.FormattedString | cst.ConcatenatedString)


def _has_expressions(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.FormattedStringExpression) or any(_has_expressions(child) for child in children(node))
