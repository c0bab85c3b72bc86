"""Latency budgets against what the histograms say."""
