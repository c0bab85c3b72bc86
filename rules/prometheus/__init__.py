"""Rules about `prometheus.yml`."""
