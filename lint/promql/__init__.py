"""PromQL: parse, regions, label flow."""
