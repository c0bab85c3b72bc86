"""Auditors: policies that ask a live system."""
