"""What the collector kept."""
