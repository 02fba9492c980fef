"""The command line, `sluis`."""
