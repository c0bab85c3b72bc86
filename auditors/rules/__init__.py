"""Alerting rules and recordings as the server has loaded them."""
