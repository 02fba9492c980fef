"""The programs that `benchmarks.passthrough` compares: each copies one topic to another."""
