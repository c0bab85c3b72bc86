"""Rules about logging in source."""
