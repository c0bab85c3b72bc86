"""Probes from the outside."""
