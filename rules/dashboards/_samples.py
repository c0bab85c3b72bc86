"""The smallest dashboards that are one: what the examples of these rules are made of."""

from __future__ import annotations


def dashboard(panel: str, head: str = '"uid": "billing", ', variables: str = "") -> str:
    """A dashboard with one panel, given as the inside of its JSON object."""
    return f"""\
{{
  {head}"title": "Billing", "schemaVersion": 39,
  "templating": {{"list": [{variables}]}},
  "panels": [
    {{{panel}}}
  ]
}}
"""
