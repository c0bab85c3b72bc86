"""Rules: static policies, one file each."""
