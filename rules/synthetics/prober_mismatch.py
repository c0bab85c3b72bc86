"""`synthetics/prober-mismatch`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Probe
from ._samples import MODULES


class ProberMismatch(Rule):
    """
    Flags modules that configure another protocol than the one they probe with, and modules that cannot be loaded.

    **Why.**
    A module with `prober: tcp` ignores its `http:` block: it says that a port is open, and the page behind it may be
    broken for weeks.
    A value that blackbox_exporter refuses keeps the whole file from being loaded.

    **Instead.**
    Configure the block of the prober, or change the prober.

    Not flagged: a module without any block, which runs with the prober's defaults, and blocks that YAML anchors bring
    along beside the right one.
    """

    id = "synthetics/prober-mismatch"
    summary = "module configures another protocol than it probes with"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.5",)

    def check_probe(self, probe: Probe) -> Iterator[Finding]:
        for one in probe.problems:
            yield self.finding(f"{one.problem}: blackbox_exporter refuses the file", probe.place(one.at), help=one.cure)
        names = {block.value for block in probe.blocks}
        if probe.prober is None or not names or probe.prober.value in names:
            return
        for block in probe.blocks:
            yield self.finding(
                f"module `{probe.name.value}` probes with `{probe.prober.value}` and ignores `{block.value}:`",
                probe.place(block),
                help=f"write `{probe.prober.value}:`, or `prober: {block.value}`",
            )

    examples = (
        Bad(MODULES.replace("prober: http", "prober: tcp"), path="blackbox.yml", at="http"),
        Bad(MODULES.replace("prober: http", "prober: https"), path="blackbox.yml", at=("https", "http")),
        Bad("modules:\n  name:\n    prober: dns\n    dns:\n      query_type: A\n", path="blackbox.yml", at="dns"),
        Good(MODULES, path="blackbox.yml"),
        Good("modules:\n  ping:\n    prober: icmp\n", path="blackbox.yml"),
    )
