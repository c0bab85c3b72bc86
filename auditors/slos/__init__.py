"""Service level objectives against what was measured."""
