"""What rules about one objective share that have to know its queries, wherever these stand."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Finding, Project, Rule
from ...lint.nodes import Indicator, Slo


class OfQueries(Rule):
    """Looks at an objective in its own file, and again where an indicator of the project has its queries."""

    about = (Indicator,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        """The objectives whose queries stand in another document."""
        for slo in project.all(Slo):
            if slo.indicator is not None:
                yield from self.check_slo(slo)
