"""Reporters: a settled report becomes bytes, one file a format."""
