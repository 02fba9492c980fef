"""The parts of `benchmarks.disclosure`: the year, the worker, and where the time goes."""
