"""Runbooks: pages that say what to do about an alert."""
