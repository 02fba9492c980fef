"""A coroutine that was begun by hand, and goes on where it waits."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any

__all__ = ["Begun"]


class Begun:
    """A coroutine that has come to its first wait, to be awaited from there on."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waiting: Any) -> None:
        self._coroutine = coroutine
        self._waiting = waiting

    def __await__(self) -> Generator[Any, Any, Any]:
        while True:
            try:
                told = yield self._waiting
            except BaseException as error:  # noqa: BLE001 - also a cancellation is the coroutine's
                go_on = partial(self._coroutine.throw, error)
            else:
                go_on = partial(self._coroutine.send, told)
            try:
                self._waiting = go_on()
            except StopIteration as done:
                return done.value
