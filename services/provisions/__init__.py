"""The register of provisions: the project's own store of the processing log."""
