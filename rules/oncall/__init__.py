"""Escalation policies and on-call schedules."""
