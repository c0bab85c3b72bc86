"""OpenTelemetry Collector: components, pipelines, sampling, cardinality."""
