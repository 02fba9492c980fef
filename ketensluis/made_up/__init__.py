"""Made-up incidents, reproducible by seed: nobody in them exists."""
