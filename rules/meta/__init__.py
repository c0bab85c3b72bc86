"""What a run says of itself: documents it could not read, suppressions, the baseline, rules that raised."""
