"""Rules about log queries in LogQL, wherever they stand."""
