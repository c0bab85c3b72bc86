"""`extends = "production-readiness"`: the checklist's figures as options of the rules that decide them."""

from __future__ import annotations

from collections.abc import Mapping

_CHANNELS: Mapping[str, tuple[str, ...]] = {
    "critical": ("pagerduty|opsgenie", "slack|msteams"),
    "high": ("slack|msteams",),
}

PRESETS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "production-readiness": {
        "alerts/too-few-alerts": {"minimum": 20},
        "alerts/unrouted": {"channels": _CHANNELS},
        "routing/severity-without-channel": {"channels": _CHANNELS},
        "runbooks/too-few-runbooks": {"minimum": 10},
        "runbooks/missing-section": {
            "sections": (
                "Symptom|Symptoms|Meaning",
                "Impact",
                "Triage",
                "Investigation|Diagnosis",
                "Resolution|Mitigation",
                "Prevention",
                "Related alerts|Related Alerts",
            )
        },
        "slos/too-few-slos": {"minimum": 5},
        "budgets/too-few-budgets": {"minimum": 10},
        "metrics/missing-attribution-label": {
            "required": {"*_checkout_total": ("plan", "feature"), "*_checkouts_total": ("plan", "feature")}
        },
        "docs/missing-document": {"documents": ("ONBOARDING.md", "COST-OPTIMIZATION.md")},
    },
}
"""Preset → rule → options. What the configuration says itself goes before."""
