"""Rules about instruments and labels in source."""
