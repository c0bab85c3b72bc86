"""Rules about spans, and the work that should be in them."""
