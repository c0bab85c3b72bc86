"""Targets and how they are scraped."""
