"""Synthetic monitoring: modules of blackbox_exporter, and the jobs that ask them."""
