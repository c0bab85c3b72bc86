"""Rules about how long telemetry is kept."""
