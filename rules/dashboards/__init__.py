"""Grafana dashboards: that they load, ask the right datasource, and say what they show."""
