"""Documents: onboarding, costs, and what else a team writes down once and must keep right."""
