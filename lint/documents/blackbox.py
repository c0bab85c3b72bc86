"""Modules of blackbox_exporter (github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, Probe, Refused
from ..re2 import Refusal, regex
from ..region import Text
from .tree import Tree

KIND = "blackbox modules"

PROBERS = ("http", "tcp", "dns", "icmp", "grpc", "unix", "websocket")
_RECORD_TYPES = frozenset(
    "A AAAA ANY CAA CNAME DNSKEY DS HTTPS MX NAPTR NS NSEC NSEC3 PTR RRSIG SOA SPF SRV SSHFP SVCB TLSA TXT".split()
)
_CLASSES = frozenset({"IN", "CS", "CH", "HS", "ANY", "NONE", "INET", "CHAOS"})
_REGEXES = (
    "fail_if_body_matches_regexp",
    "fail_if_body_not_matches_regexp",
    "fail_if_matches_regexp",
    "fail_if_not_matches_regexp",
    "fail_if_all_match_regexp",
    "fail_if_none_matches_regexp",
)
_CREDENTIALS = ("bearer_token", "bearer_token_file")
_CREDENTIAL_BLOCKS = ("basic_auth", "authorization", "oauth2")
_HEADERS = ("fail_if_header_matches", "fail_if_header_not_matches")


def holds_modules(tree: Tree) -> bool:
    """Whether this document is a list of modules of blackbox_exporter."""
    modules = tree.get("modules")
    if modules is None or not modules.is_mapping:
        return False
    return any(value.get("prober") is not None for _, value in modules.entries())


def modules_in(tree: Tree, source: str) -> Iterator[Node]:
    """The modules of a document."""
    modules = tree.get("modules")
    for key, module in modules.entries() if modules is not None else ():
        if key.text is None:
            continue
        blocks = [(name.text, value) for name, value in module.entries() if name.scalar in PROBERS]
        configs = [value for _, value in blocks]
        tls = [own for value in configs if (own := value.get("tls_config")) is not None]
        skip = [text for value in tls if (text := value.text_at("insecure_skip_verify")) and text.value == "true"]
        yield Probe(
            at=Location(source, f"module {key.text.value}", key.text.region()),
            lines=(key.lines[0], module.lines[1]),
            name=key.text,
            prober=module.text_at("prober"),
            timeout=module.text_at("timeout"),
            blocks=tuple(name for name, _ in blocks if name is not None),
            requires_tls=any(_is_true(value, "fail_if_not_ssl") for value in configs),
            refuses_tls=any(_is_true(value, "fail_if_ssl") for value in configs),
            skips_verification=skip[0] if skip else None,
            problems=tuple(_problems(key.text, module)),
        )


def _problems(name: Text, module: Tree) -> Iterator[Refused]:
    """What blackbox_exporter 0.25 refuses: each with the place that it is about."""
    prober = module.text_at("prober")
    if prober is not None and prober.value not in PROBERS:
        yield Refused(
            prober, f"there is no prober `{prober.value}`", f"there are {', '.join(f'`{known}`' for known in PROBERS)}"
        )
    for key, block in module.entries():
        if key.scalar not in PROBERS or key.text is None:
            continue
        yield from _bad_regexes(block)
        if key.scalar == "dns":
            yield from _dns(key.text, block)
        elif key.scalar == "http":
            yield from _http(block)
        elif key.scalar == "icmp":
            ttl = block.text_at("ttl")
            if ttl is not None and not (ttl.value.isdigit() and int(ttl.value) <= 255):
                yield Refused(ttl, f"`ttl: {ttl.value}` is not between 0 and 255", "write such a number")


def _dns(key: Text, block: Tree) -> Iterator[Refused]:
    if block.text_at("query_name") is None:
        yield Refused(key, "a DNS module has no `query_name`", "say which name to ask for")
    for name, known in (("query_type", _RECORD_TYPES), ("query_class", _CLASSES)):
        given = block.text_at(name)
        if given is not None and given.value.upper() not in known and not re.fullmatch(r"TYPE\d+", given.value):
            yield Refused(
                given,
                f"there is no {name.replace('_', ' ')} `{given.value}`",
                "such as `A`" if known is _RECORD_TYPES else "usually `IN`",
            )


def _http(block: Tree) -> Iterator[Refused]:
    file = block.text_at("body_file")
    if file is not None and block.text_at("body") is not None:
        yield Refused(file, "`body` and `body_file` are both given", "keep one of them")
    for key in _HEADERS:
        matches = block.get(key)
        for match in matches.elements() if matches is not None else ():
            header, regexp = match.text_at("header"), match.text_at("regexp")
            if header is not None and regexp is None:
                yield Refused(header, f"`{key}` has no `regexp`", "add the pattern that the header must match")
    # prometheus/common refuses two ways of saying who one is.
    credentials = [own for name in _CREDENTIALS if (own := block.text_at(name)) is not None]
    credentials += [key.text for key, _ in block.entries() if key.scalar in _CREDENTIAL_BLOCKS and key.text is not None]
    if len(credentials) > 1:
        yield Refused(credentials[1], "more than one kind of credentials is given", "keep one of them")
    yield from _encodings(block)
    yield from _versions(block)


def _encodings(block: Tree) -> Iterator[Refused]:
    """A compression that the request's own Accept-Encoding rules out (RFC 9110 §12.5.3)."""
    compression, headers = block.text_at("compression"), block.get("headers")
    if compression is None or not compression.value or headers is None:
        return
    for name, value in headers.entries():
        if name.scalar is None or name.scalar.lower() != "accept-encoding" or value.scalar is None or not value.scalar:
            continue
        if not _accepts(value.scalar, compression.value):
            yield Refused(
                compression,
                f"`Accept-Encoding: {value.scalar}` rules `{compression.value}` out",
                "accept it in the header, or leave the header out",
            )


def _accepts(header: str, coding: str) -> bool:
    weights = {}
    for part in header.split(","):
        name, _, weight = part.partition(";")
        quality = weight.strip().removeprefix("q=")
        weights[name.strip().lower()] = float(quality) if re.fullmatch(r"[01](?:\.\d*)?", quality) else 1.0
    return weights.get(coding.lower(), weights.get("*", 0.0)) > 0


def _versions(block: Tree) -> Iterator[Refused]:
    http3, versions = block.text_at("enable_http3"), block.get("valid_http_versions")
    if http3 is None or http3.value != "true":
        return
    if block.text_at("enable_http2") is None or _is_true(block, "enable_http2"):
        yield Refused(http3, "`enable_http3` needs `enable_http2: false`", "add it")
    other = (
        [entry.scalar for entry in versions.elements() if entry.scalar != "HTTP/3.0"] if versions is not None else []
    )
    if other:
        yield Refused(http3, f"with `enable_http3` no answer is `{other[0]}`", "allow `HTTP/3.0` only")


def _bad_regexes(tree: Tree) -> Iterator[Refused]:
    for below in tree.walk():
        for key, value in below.entries():
            texts = [value.text] if key.scalar in ("regexp", "expect") else []
            if key.scalar in _REGEXES:
                texts = [entry.text for entry in value.elements()]
            for text in texts:
                refusal = regex(text.value) if text is not None else None
                if text is not None and isinstance(refusal, Refusal):
                    yield Refused(
                        text, f"`{text.value}` is no regular expression: {refusal.message}", "see the syntax of RE2"
                    )


def _is_true(tree: Tree, key: str) -> bool:
    value = tree.text_at(key)
    return value is not None and value.value == "true"
