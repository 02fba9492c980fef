"""Runs one program and ends it when the pipe on standard input closes.

Started as a file of its own (`python -I supervisor.py LOCK LOG PROGRAM ARGUMENT...`), so it
needs nothing but the standard library. However the parent ends, also by SIGKILL, the system
closes its end of the pipe; that is the sign to stop. A byte on the pipe means: kill at once.
The exit code is that of the program. The lock is held as long as the program runs, so that
one that is started at once after a killed parent waits for its predecessor's end.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

__all__ = ["GRACE_SECONDS", "main"]

# A broker that finds no quorum any more (its peers are gone) would wait for minutes to leave
# in order; what it has acknowledged is on disk or with the system, so it may be killed.
GRACE_SECONDS = 15.0
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Run a program under a lock, with its output appended to a log; see the module."""
    parent = os.getppid()
    lock, log, *command = arguments
    with open(lock, "wb") as held, open(log, "ab") as output:  # noqa: PTH123 - pathlib would double the start-up time
        fcntl.flock(held, fcntl.LOCK_EX)
        program = subprocess.Popen(  # noqa: S603 - the command is our parent's
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_supervisor if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs yet
        )
        threading.Thread(target=_obey_pipe, args=(program,), daemon=True).start()
        threading.Thread(target=_watch_parent, args=(program, parent), daemon=True).start()
        return program.wait()


def _die_with_supervisor() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _obey_pipe(program: subprocess.Popen[bytes]) -> None:
    if os.read(sys.stdin.fileno(), 1):
        program.kill()
    else:
        _end(program)


def _watch_parent(program: subprocess.Popen[bytes], parent: int) -> None:
    """A forked child of the parent may hold the pipe open after the parent is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(GRACE_SECONDS)
        return
    program.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
