"""Documents: text becomes nodes with regions, one file a format."""
