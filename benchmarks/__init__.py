"""What is claimed about speed, measured side by side: `python -m benchmarks [NAME ...]`."""
