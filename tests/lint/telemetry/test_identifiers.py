"""Names that tell of one thing among millions."""

import pytest

from obsaudit.lint.telemetry.identifiers import (
    free_text,
    identifier,
    is_correlation_field,
    is_trace_field,
    likeness,
    snake_case,
)


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("a user", "user_id"),
        ("a user", "userId"),
        ("a user", "X-User-Id"),
        ("a user", "app_user_uuid"),
        ("an event", "eventId"),
        ("a trace", "dd.trace_id"),
        ("a session", "session"),
        ("an IP address", "client.address"),
        ("a URL", "http.url"),
        ("a payment", "invoice_number"),
        ("an e-mail address", "billing_email"),
    ],
)
def test_identifiers_are_told_in_any_spelling(expected, name):
    """
    Case, separators and prefixes do not hide an identifier.
    """
    assert expected == identifier(name)


@pytest.mark.parametrize(
    "name",
    ["method", "instance", "pod_ip", "job", "tenant_id", "customer_id", "organization_id", "android", "url_rule"],
)
def test_deliberate_and_bounded_names_are_no_identifiers(name):
    """
    What metrics are meant to tell apart is no identifier.
    """
    assert identifier(name) is None


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        ("named like a user's identifier", "user_id"),
        ("named like an e-mail address", "billing_email"),
        ("named like a raw path", "url_path"),
        ("named like an object's identifier", "uuid"),
    ],
)
def test_what_identifies_by_itself_has_no_identifier(expected, name):
    """
    A user has an identifier; an e-mail address is one.
    """
    meaning = identifier(name)

    assert meaning is not None
    assert expected == likeness(meaning)


def test_free_text_is_weaker_than_identifier():
    """
    A path may be a route template: only the weaker table names it.
    """
    assert (None, "a path") == (identifier("path"), free_text("path"))


@pytest.mark.parametrize("name", ["trace_id", "traceId", "otelTraceID", "trace.id", "dd.trace_id", "traceparent"])
def test_trace_fields_in_every_accepted_spelling(name):
    """
    Each library spells the field its own way.
    """
    assert is_trace_field(name)
    assert is_correlation_field(name)


def test_request_id_correlates_without_being_a_trace():
    """
    A request id ties records together but is no trace id.
    """
    assert (False, True) == (is_trace_field("request_id"), is_correlation_field("x-request-id"))


def test_span_ids_and_flags_are_no_trace_fields():
    """
    A span id alone does not find the trace.
    """
    assert not any(is_trace_field(name) for name in ("span_id", "trace_flags", "stack_trace"))


def test_snake_case_splits_acronyms():
    """
    A run of capitals is one word.
    """
    assert "http_url_id" == snake_case("HTTPUrlID")
