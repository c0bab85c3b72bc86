"""`extends = "production-readiness"`: the checklist's figures as options of the rules that decide them."""

from __future__ import annotations

from collections.abc import Mapping

PRESETS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "production-readiness": {
        "alerts/too-few-alerts": {"minimum": 20},
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
        "docs/missing-document": {"documents": ("ONBOARDING.md", "COST-OPTIMIZATION.md")},
    },
}
"""Preset → rule → options. What the configuration says itself goes before."""
