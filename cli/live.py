"""`obsaudit live`."""


def live() -> None:
    """Audit a live Prometheus."""
