"""Bytes that are text, bytes that are none, and the way back."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Position
from obsaudit.lint.read import Decoded, Undecodable, decode, searchable

ENCODED = {
    "utf-8": "größe: 1\n".encode(),
    "utf-8 with a mark": codecs.BOM_UTF8 + "größe: 1\n".encode(),
    "utf-16, little end first": codecs.BOM_UTF16_LE + "größe: 1\n".encode("utf-16-le"),
    "utf-16, big end first": codecs.BOM_UTF16_BE + "größe: 1\n".encode("utf-16-be"),
    "utf-32, little end first": codecs.BOM_UTF32_LE + "größe: 1\n".encode("utf-32-le"),
    "utf-32, big end first": codecs.BOM_UTF32_BE + "größe: 1\n".encode("utf-32-be"),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED.keys())
def test_text_is_read_without_its_mark_and_written_back_as_it_was(data):
    """
    A fix changes neither the encoding, nor the order of bytes, nor the mark.
    """
    decoded = decode(data, "f.yml")

    assert isinstance(decoded, Decoded)
    assert "größe: 1\n" == decoded.text
    assert data == decoded.encode(decoded.text)


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED.keys())
def test_ascii_words_are_found_whatever_the_width(data):
    """
    The search that decides whether a file is parsed sees words in UTF-16, too.
    """
    assert b"e: 1\n" in searchable(data)


@pytest.mark.parametrize(
    ("problem", "data"),
    [
        (Undecodable("not UTF-8: byte 0xe9", Position(1, 4)), b"caf\xe9\n"),
        (Undecodable("not UTF-8: byte 0xe9", Position(2, 5)), "a\nüü: ".encode() + b"\xe9"),
        (Undecodable("not UTF-8: byte 0xe9", Position(1, 3)), codecs.BOM_UTF8 + b"ab\xe9c"),
        (Undecodable("not UTF-16-LE: byte 0x41", Position(2, 1)), codecs.BOM_UTF16_LE + b"a\0\n\0A"),
        (Undecodable("a binary file"), b"\x7fELF\0\0"),
    ],
)
def test_what_is_no_text_says_where(problem, data):
    """
    The place of the first wrong byte counts characters, as every other place does.
    """
    assert problem == decode(data, "f.yml")


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        (Decoded("# coding: latin-1\né\n", "latin-1"), b"# coding: latin-1\n\xe9\n"),
        (Decoded("#!/bin/py\n# -*- coding: cp1252 -*-\n€\n", "cp1252"), b"#!/bin/py\n# -*- coding: cp1252 -*-\n\x80\n"),
        (Undecodable("its encoding `nonsense` is unknown"), b"# coding: nonsense\n"),
        (Undecodable("its encoding `hex` is unknown"), b"# coding: hex\n"),
        (Undecodable("its encoding `undefined` is unknown"), b"# coding: undefined\n"),
        (Undecodable("not UTF-8: byte 0xe9", Position(3, 1)), b"\n\n\xe9 # coding: latin-1\n"),
    ],
)
def test_a_python_file_says_its_encoding_in_its_first_two_lines(expected, data):
    """
    PEP 263 decides; what it names and no codec reads is said.
    """
    assert expected == decode(data, "app.py")


def test_what_an_encoding_cannot_hold_is_not_written():
    """
    A fix that brings a character which the file's encoding lacks is none.
    """
    decoded = decode(b"# coding: latin-1\n", "app.py")

    assert isinstance(decoded, Decoded)
    assert decoded.encode("€") is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=64), st.sampled_from(["f.yml", "f.py", "f.json"]))
def test_bytes_are_never_too_much(data, path):
    """
    Whatever the bytes: text that is written back unchanged, or a reason.
    """
    decoded = decode(data, path)

    assert decoded.encode(decoded.text) == data if isinstance(decoded, Decoded) else decoded.why
