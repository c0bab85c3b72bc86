"""Whether a configuration in Prometheus' words is one of VictoriaMetrics' vmagent."""

from __future__ import annotations

import re

from ..telemetry import vmagent
from .steps import elements
from .tree import Tree

_NAME = re.compile("vmagent|victoria", re.I)


def is_vmagents(tree: Tree, source: str) -> bool:
    """Whether the file is named after it, or holds what it alone reads."""
    jobs = list(elements(tree.get("scrape_configs")))
    if _NAME.search(source) or any(key.scalar in vmagent.JOB_KEYS for job in jobs for key, _ in job.entries()):
        return True
    owners = [*jobs, *(one for one in (tree.get("global"),) if one is not None)]
    return any(_is_own(step) for owner in owners for name in vmagent.RELABELLING for step in elements(owner.get(name)))


def _is_own(step: Tree) -> bool:
    action = step.get("action")
    return step.get("if") is not None or (action is not None and action.scalar in vmagent.ACTIONS)
