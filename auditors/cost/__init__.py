"""Who the series belong to, and what they cost."""
