"""obsaudit: the policy linter and audit tool for telemetry."""

__version__ = "0.1.0"
