"""Rules about latency budgets."""
