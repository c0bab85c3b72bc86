"""Kubernetes Secrets: their values as documents, those in base64 too."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator

from ..region import Run, Text
from .tree import Tree

_LARGEST = 5_000_000
_DOCUMENTS = (".yml", ".yaml", ".json", ".rules")


def values_in(secret: Tree) -> Iterator[tuple[str, Text]]:
    """The keys and values of a Secret; what is no text is left out."""
    plain, encoded = secret.get("stringData"), secret.get("data")
    for key, value in plain.entries() if plain is not None else ():
        if key.scalar and value.text is not None:
            yield key.scalar, value.text
    for key, value in encoded.entries() if encoded is not None else ():
        text = _decoded(value.text) if value.text is not None else None
        if key.scalar and text is not None:
            yield key.scalar.removesuffix(".gz"), text


def unread(secret: Tree) -> str | None:
    """Why a value that is called like a document was not read; None where nothing is left out."""
    encoded = secret.get("data")
    for key, value in encoded.entries() if encoded is not None else ():
        name = (key.scalar or "").removesuffix(".gz")
        if name.endswith(_DOCUMENTS) and value.text is not None and value.scalar and _decoded(value.text) is None:
            return f"`{key.scalar}` of the Secret is neither text in base64 nor gzip"
    return None


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
    return Text(value, text.source, (Run(0, start.line, start.column, 0),), ("base64",))


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    value = unzip.decompress(data, _LARGEST)
    if not unzip.eof:
        raise zlib.error("cut short, or too large")
    return value
