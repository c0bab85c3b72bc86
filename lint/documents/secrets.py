"""Kubernetes Secrets: their values as documents, those in base64 too."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator

from ..region import Run, Text
from .tree import Tree

_LARGEST = 5_000_000
_DOCUMENTS = (".yml", ".yaml", ".json", ".rules")


def values_in(secret: Tree) -> Iterator[tuple[str, Text | None]]:
    """
    The keys and values of a Secret; what is no text is left out.

    None for a value that is called like a document and cannot be decoded.
    """
    plain, encoded = secret.get("stringData"), secret.get("data")
    for key, value in plain.entries() if plain is not None else ():
        if key.scalar and value.text is not None:
            yield key.scalar, value.text
    for key, value in encoded.entries() if encoded is not None else ():
        if not key.scalar or value.text is None:
            continue
        text, name = _decoded(value.text), key.scalar.removesuffix(".gz")
        if text is not None:
            yield name, text
        elif value.scalar and name.endswith(_DOCUMENTS):
            yield key.scalar, None


def _decoded(text: Text) -> Text | None:
    """All characters stand where the encoded value begins: there is no smaller place, and nothing to edit."""
    try:
        data = base64.b64decode("".join(text.value.split()), validate=True)
        if data.startswith(b"\x1f\x8b"):
            data = _unzipped(data)
        value = data.decode("utf-8")
    except (ValueError, zlib.error):  # not base64, not ASCII at all, not UTF-8, not gzip
        return None
    start = text.position(0)
    return Text.of(value, text.source, (Run(0, start.line, start.column, 0),), ("base64",))


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    value = unzip.decompress(data, _LARGEST)
    if not unzip.eof:
        raise zlib.error("cut short, or too large")
    return value
