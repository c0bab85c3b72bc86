"""Text is made harmless, and where the format allows it stays exact."""

import json

from hypothesis import given
from hypothesis import strategies as st

from obsaudit.reports.escape import dumps, visible

ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT)
def test_json_is_exact(text):
    """Whatever was escaped is read back, halves of surrogate pairs included."""
    assert {text: [text]} == json.loads(dumps({text: [text]}).encode("utf-8"))


@given(ANY_TEXT)
def test_visible_text_can_be_printed(text):
    """What is visible can be encoded and holds no escape sequence."""
    shown = visible(text)

    assert shown.encode("utf-8")[:0] == b""
    assert not set(shown) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}


def test_visible_text_is_told_as_in_python():
    """An escape is spelt as in a Python string; ordinary text of any script stays as it is."""
    assert r"\x1b[1m\n\t\u202e\udc80 漢字 שלום é" == visible("\x1b[1m\n\t\u202e\udc80 漢字 שלום é")
