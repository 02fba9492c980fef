"""The ledger: events folded into obligations, clocks that run on them, books that balance."""
