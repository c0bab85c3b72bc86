"""What holds of telemetry whoever writes it: labels, routes, relabelling, sampling, error budgets, telling names."""
