"""Rules about service level objectives and the alerts on their budgets."""
