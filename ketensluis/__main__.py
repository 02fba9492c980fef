"""`python -m ketensluis` is `sluis`."""

from ketensluis.cli.main import main

if __name__ == "__main__":
    main()
