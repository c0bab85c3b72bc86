"""Rules about queries in PromQL, wherever they stand."""
