"""The simulator of tail sampling: the documented precedence, chance, and what is not known."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsaudit.lint.telemetry.sampling import UNKNOWN, Policy, Rate, Traffic, mix, simulate, simulate_mix

ALWAYS = Policy("always_sample")
ERRORS = Policy("status_code", {"status_codes": ("ERROR",)})
SLOW = Policy("latency", {"threshold_ms": 1000.0})
LIMITED = Policy("rate_limiting", {"spans_per_second": 100.0})
ACME = {"key": "tenant", "values": ("acme",)}


def tenth(salt: str = "", percent: float = 10.0) -> Policy:
    """A policy that leaves it to chance."""
    return Policy("probabilistic", {"sampling_percentage": percent, "hash_salt": salt})


def trace(status: str = "UNSET", latency: float = 100.0, **attributes: str | float | bool) -> Traffic:
    """A class of traces of which everything is known."""
    return Traffic("one", 1.0, frozenset({status}), frozenset(), (latency, latency), attributes)


# What one policy says


@pytest.mark.parametrize(
    ("policy", "traffic", "kept"),
    [
        (ALWAYS, trace(), 1),
        (ERRORS, trace("ERROR"), 1),
        (ERRORS, trace("OK"), 0),
        (Policy("status_code", {"status_codes": ("error",)}), trace("ERROR"), 0),
        (SLOW, trace(latency=1000), 1),
        (SLOW, trace(latency=999), 0),
        (Policy("latency", {"threshold_ms": 1000.0, "upper_threshold_ms": 2000.0}), trace(latency=1000), 0),
        (Policy("latency", {"threshold_ms": 1000.0, "upper_threshold_ms": 2000.0}), trace(latency=2000), 1),
        (Policy("string_attribute", ACME), trace(tenant="acme"), 1),
        (Policy("string_attribute", ACME), trace(tenant="acmeville"), 0),
        (Policy("string_attribute", {"key": "op", "values": ("bill.*",)}), trace(op="billing"), 0),
        (
            Policy("string_attribute", {"key": "op", "values": ("/live",), "enabled_regex_matching": True}),
            trace(op="/a/live-7"),
            1,
        ),
        (
            Policy("string_attribute", {"key": "op", "values": ("^/live$",), "enabled_regex_matching": True}),
            trace(op="/a/live-7"),
            0,
        ),
        (Policy("string_attribute", {"values": ("acme",)}), trace(tenant="acme"), 0),
        (Policy("boolean_attribute", {"key": "force"}), trace(force=True), 0),
        (Policy("boolean_attribute", {"key": "force"}), trace(force=False), 1),
        (Policy("numeric_attribute", {"key": "n", "min_value": 5.0, "max_value": 9.0}), trace(n=9.0), 1),
        (Policy("numeric_attribute", {"key": "n", "min_value": 5.0, "max_value": 9.0}), trace(n=10.0), 0),
        (Policy("probabilistic"), trace(), 0),
        (tenth(percent=250.0), trace(), 1),
        (Policy("rate_limiting"), trace(), 0),
        (Policy("bytes_limiting", {"bytes_per_second": 0.0}), trace(), 0),
        (Policy("and", parts=(ERRORS, SLOW)), trace("ERROR", 2000), 1),
        (Policy("and", parts=(ERRORS, SLOW)), trace("ERROR", 20), 0),
        (Policy("not", parts=(ERRORS,)), trace("ERROR"), 0),
        (Policy("not", parts=(ERRORS,)), trace("OK"), 1),
    ],
)
def test_a_policy_alone_keeps_what_its_documentation_says(policy, traffic, kept):
    """
    Each type of policy on a trace of which everything is known.
    """
    assert Rate(kept, kept) == simulate([policy], traffic)


def test_without_policies_nothing_is_kept():
    """
    A trace that nobody wants is not sampled.
    """
    assert Rate(0, 0) == simulate([], trace())


# Precedence


def test_dropping_beats_everything():
    """
    A trace that one policy drops is lost, whatever the others say and wherever they stand.
    """
    drop = Policy("drop", parts=(ERRORS,))

    assert Rate(0, 0) == simulate([ALWAYS, drop, ERRORS], trace("ERROR"))
    assert Rate(1, 1) == simulate([ALWAYS, drop], trace("OK"))


def test_a_drop_without_parts_drops_all():
    """
    Nobody objects, so the trace is dropped.
    """
    assert Rate(0, 0) == simulate([ALWAYS, Policy("drop")], trace())


def test_an_inverted_match_vetoes_the_others():
    """
    «Inverted not sample» comes before «sample»; inside `and` it is a plain refusal.
    """
    inverted = Policy("string_attribute", {**ACME, "invert_match": True})

    assert Rate(0, 0) == simulate([ALWAYS, inverted], trace(tenant="acme"))
    assert Rate(1, 1) == simulate([inverted], trace(tenant="other"))
    assert Rate(0, 0) == simulate([inverted, ERRORS], trace(tenant="other"))
    assert Rate(1, 1) == simulate([ALWAYS, Policy("and", parts=(inverted,))], trace(tenant="acme"))


def test_the_first_match_may_end_it():
    """
    With `sample_on_first_match` a later drop is not asked; where that is not known, both may be.
    """
    policies = [ALWAYS, Policy("drop", parts=(ERRORS,))]

    assert Rate(1, 1) == simulate(policies, trace("ERROR"), first_match=True)
    assert Rate(0, 1) == simulate(policies, trace("ERROR"), first_match=UNKNOWN)


def test_a_composite_lets_the_first_part_that_wants_the_trace_decide():
    """
    A part without a share keeps nothing, and a later part does not make up for it.
    """
    total = {"max_total_spans_per_second": 100.0}

    assert Rate(0, 1) == simulate([Policy("composite", total, (ERRORS, ALWAYS), {0: 50, 1: 50})], trace("ERROR"))
    assert Rate(0, 0) == simulate([Policy("composite", total, (ERRORS, ALWAYS), {0: 0, 1: 100})], trace("ERROR"))
    assert Rate(0, 1) == simulate([Policy("composite", total, (ERRORS, ALWAYS), {0: 0, 1: 100})], trace("OK"))
    assert Rate(0, 0) == simulate([Policy("composite", {}, (ALWAYS,), {0: 100})], trace())


# Chance


def test_one_salt_is_one_throw_of_the_dice():
    """
    Two policies with one salt keep the same traces, with two salts different ones.
    """
    assert isclose(0.1, simulate([tenth(), tenth(percent=5)], trace()).least)
    assert isclose(0.19, simulate([tenth("a"), tenth("b")], trace()).least)
    assert isclose(0.01, simulate([Policy("and", parts=(tenth("a"), tenth("b")))], trace()).least)
    assert isclose(0.9, simulate([Policy("not", parts=(tenth(),))], trace()).least)


def test_the_policies_of_a_usual_gateway_keep_an_eighth():
    """
    All errors, all that is slow, and a tenth of the rest: 1 % + 2 % + 9.7 %.
    """
    total, each = simulate_mix([ERRORS, SLOW, tenth()], mix())

    assert isclose(0.127, total.least)
    assert isclose(0.127, total.most)
    assert ["error 100 %", "slow 100 %", "ordinary 10 %"] == [f"{traffic.name} {rate}" for traffic, rate in each]


# What is not known


def test_a_limit_and_a_variable_may_go_either_way():
    """
    Who gets through a rate limit, or what `${env:PERCENT}` is, cannot be told.
    """
    assert Rate(0, 1) == simulate([LIMITED], trace())
    assert Rate(0, 1) == simulate([Policy("probabilistic", {"sampling_percentage": UNKNOWN})], trace())
    assert Rate(0, 1) == simulate([Policy("ottl_condition", {"error_mode": "ignore"})], trace())
    assert Rate(0, 1) == simulate([Policy("of_an_extension")], trace())


def test_an_attribute_about_errors_may_be_that_of_an_error():
    """
    A policy on `http.response.status_code` may match every error; one on `tenant` is not expected to.
    """
    failed = Policy("numeric_attribute", {"key": "http.response.status_code", "min_value": 500.0, "max_value": 599.0})
    error, *_ = mix()

    assert Rate(0, 1) == simulate([failed], error)
    assert Rate(0, 0) == simulate([Policy("string_attribute", ACME)], error)


def test_a_number_without_a_ceiling_depends_on_the_release():
    """
    Older collectors take a missing `max_value` for 0.
    """
    policy = Policy("numeric_attribute", {"key": "n", "min_value": 5.0})

    assert Rate(0, 1) == simulate([policy], trace(n=7.0))
    assert Rate(0, 0) == simulate([policy], trace(n=3.0))


# Properties

LEAVES = st.sampled_from(
    [
        ALWAYS,
        ERRORS,
        SLOW,
        Policy("string_attribute", ACME),
        Policy("string_attribute", {**ACME, "invert_match": True}),
        Policy("boolean_attribute", {"key": "force", "value": True, "invert_match": True}),
        Policy("status_code", {"status_codes": ()}),
    ]
)
GROUPS = st.builds(
    lambda kind, parts: Policy(kind, {}, tuple(parts)), st.sampled_from(["and", "drop"]), st.lists(LEAVES, max_size=3)
)
KNOWN = st.one_of(LEAVES, GROUPS, st.builds(lambda part: Policy("not", {}, (part,)), LEAVES))
ANY = st.one_of(KNOWN, st.just(LIMITED), st.builds(tenth, st.sampled_from("ab"), st.sampled_from([0.0, 10.0, 60.0])))
TRACES = st.builds(
    trace,
    st.sampled_from(["OK", "ERROR", "UNSET"]),
    st.sampled_from([10.0, 5000.0]),
    tenant=st.sampled_from(["acme", "other"]),
    force=st.booleans(),
)


def said(policy: Policy, one: Traffic) -> str:
    """What a policy says of one trace, written down a second time from the README."""
    inverted = bool(policy.settings.get("invert_match"))
    match policy.type:
        case "always_sample":
            return "sample"
        case "status_code":
            return "sample" if one.status & set(policy.settings["status_codes"]) else "not sample"
        case "latency":
            return "sample" if one.latency[0] >= policy.settings["threshold_ms"] else "not sample"
        case "string_attribute" | "boolean_attribute":
            value = one.attributes[policy.settings["key"]]
            hit = value in policy.settings["values"] if policy.type[0] == "s" else value is policy.settings["value"]
            if inverted:
                return "inverted not sample" if hit else "inverted sample"
            return "sample" if hit else "not sample"
        case "not":
            return {"sample": "not sample", "not sample": "sample"}.get(
                said(policy.parts[0], one), said(policy.parts[0], one)
            )
        case _:
            agreed = all("not" not in said(part, one) for part in policy.parts)
            return ("sample" if policy.type == "and" else "drop") if agreed else "not sample"


@given(st.lists(KNOWN, max_size=5), TRACES)
def test_the_decision_is_that_of_the_documented_table(policies, one):
    """
    Drop, then inverted not sample, then sample, then inverted sample without a not sample; else nothing.
    """
    decisions = [said(policy, one) for policy in policies]
    kept = (
        "drop" not in decisions
        and "inverted not sample" not in decisions
        and ("sample" in decisions or ("inverted sample" in decisions and "not sample" not in decisions))
    )

    assert Rate(kept, kept) == simulate(policies, one)


@given(st.lists(ANY, max_size=5), TRACES)
def test_a_rate_is_a_share_with_a_lower_and_an_upper_end(policies, one):
    """
    0 <= least <= most <= 1, whatever the policies.
    """
    rate = simulate(policies, one)

    assert 0 <= rate.least <= rate.most <= 1 + 1e-9


@given(st.lists(ANY, max_size=4), TRACES, st.sampled_from([ALWAYS, Policy("status_code", {"status_codes": ()})]))
def test_what_is_not_known_lies_between_its_two_ends(policies, one, certain):
    """
    However a rate limit turns out, the rate is within what was said before.
    """
    before = simulate([*policies, LIMITED], one)
    after = simulate([*policies, certain], one)

    assert before.least - 1e-9 <= after.least
    assert after.most <= before.most + 1e-9


@given(st.lists(ANY, max_size=4), TRACES)
def test_the_order_of_policies_does_not_matter(policies, one):
    """
    All are asked, and their decisions weighed together.
    """
    rate, reverse = simulate(policies, one), simulate(policies[::-1], one)

    assert isclose(rate.least, reverse.least, abs_tol=1e-9)
    assert isclose(rate.most, reverse.most, abs_tol=1e-9)


@given(st.lists(ANY, max_size=4), TRACES)
def test_a_drop_of_everything_leaves_nothing(policies, one):
    """
    No policy survives one that drops all.
    """
    assert Rate(0, 0) == simulate([*policies, Policy("drop", parts=(ALWAYS,))], one)
