"""`sluis`: every command of the program, and what happens to an error."""

from __future__ import annotations

import io
import logging
import os
import sys
from importlib import import_module

import typer

from ketensluis.cli.output import fail
from ketensluis.errors import KetensluisError
from ketensluis.runtime.logging import configure_logging

__all__ = ["app", "main"]

app = typer.Typer(
    name="sluis",
    help="The exchange hub between police, prosecution and Veilig Thuis.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Each module registers its commands with `app`; they are listed in this order.
_COMMANDS = ("demo", "up", "run", "exchange", "decide", "explain", "mask", "override", "books",
             "watch", "worklist", "dossier", "look_up", "provisions", "monitoring", "quarantine",
             "retention", "erase", "agreements", "verify", "audit", "replay", "groundwork",
             "keys", "log_keys", "witness_keys")  # fmt: skip


def main() -> None:
    """Run the command line: 0 if what was asked holds, 1 if not, 2 for wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8 (RFC 8259), whatever the locale; who follows a file sees a line at once.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    for name in _COMMANDS:
        import_module(f"ketensluis.cli.{name}")
    # What a command is asked for goes to standard output, and nothing else; what runs for long
    # configures its own log.
    configure_logging("sluis", "warning")
    # What it would say of a broker that is away reaches us as an error, and the user as one line.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        app()
    except KetensluisError as error:
        fail(str(error))
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`sluis ledger | head`): nothing more to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename is None:  # it is of no file that was named: a fault of ours
            raise
        said = f"{error.filename}: {error.strerror}"
        fail(str(KetensluisError("no_access", said, "name one that can be read and written here")))
        sys.exit(1)
