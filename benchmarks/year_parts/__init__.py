"""The parts of the benchmark of a year on the ledger."""
