"""Alerting rules and recordings."""
