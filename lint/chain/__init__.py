"""The chain from code to dashboard: what depends on what, and what a change takes away."""
