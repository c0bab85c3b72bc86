"""`synthetics/insecure-probe`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Probe
from ._samples import MODULES


class InsecureProbe(Rule):
    """
    Flags modules that do not look at the certificate, and modules that both ask for TLS and refuse it.

    **Why.**
    With `insecure_skip_verify: true` the probe succeeds on the day the certificate expires, while every browser fails.
    With `fail_if_ssl` and `fail_if_not_ssl` together it can only fail.

    **Instead.**
    Leave verification on; for an internal authority name its `ca_file`.
    """

    id = "synthetics/insecure-probe"
    summary = "probe does not look at the certificate"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.5",)

    def check_probe(self, probe: Probe) -> Iterator[Finding]:
        if probe.skips_verification is not None:
            yield self.finding(
                f"module `{probe.name.value}` takes any certificate, expired ones too",
                probe.place(probe.skips_verification),
                help="leave verification on; name the `ca_file` of an internal authority",
            )
        if probe.requires_tls and probe.refuses_tls:
            yield self.finding(
                f"module `{probe.name.value}` asks for TLS and refuses it: it always fails",
                probe.at,
                help="keep one of `fail_if_ssl` and `fail_if_not_ssl`",
                severity=Severity.ERROR,
            )

    examples = (
        Bad(MODULES + "      tls_config:\n        insecure_skip_verify: true\n", path="blackbox.yml", at="true"),
        Bad(MODULES + "      fail_if_ssl: true\n", path="blackbox.yml", at="health"),
        Good(MODULES, path="blackbox.yml"),
    )
