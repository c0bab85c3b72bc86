"""Alerts and the history of their firings."""
