"""Parts that many tests share and that cost much to start: each is up only while it is needed.

A session's fixture would run on until the last test, and a whole chain that idles takes a fifth of
a core from the tests that follow. So the tests that share one follow each other, on the same
worker, and it is ended after the last of them; who asks for it later gets a fresh one.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

__all__ = ["SHARED", "SharedParts", "together"]

SHARED = ("chain", "day", "watched", "running_apicurio")
"""Fixtures of the session's scope that start processes of their own, apart from the broker."""

# What needs a broker takes long and waits much: the small tests fill in beside the last of these.
_LONGEST_FIRST = ("e2e", "chaos", "integration")


def together(items: list[pytest.Item]) -> None:
    """Put tests of one part, or else of one module, next to each other and on one worker."""
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        groups.setdefault(_group(item), []).append(item)
    for name, members in groups.items():
        for item in members:
            item.add_marker(pytest.mark.xdist_group(name))
    items[:] = [item for _, item in sorted(_ranked(groups), key=lambda each: each[0])]


class SharedParts:
    """A plugin: hooks of a `conftest.py` are not told of fixtures of the session's scope."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[pytest.FixtureDef[Any], pytest.FixtureRequest]] = {}

    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> None:
        """Remember that a shared part runs."""
        if fixturedef.argname in SHARED and fixturedef.scope == "session":
            self._running[fixturedef.argname] = (fixturedef, request)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> Generator[None, None, None]:
        """After a test and its own fixtures, end what the next one does not share."""
        yield
        for name in [name for name in self._running if name not in _parts(nextitem)]:
            definition, request = self._running.pop(name)
            definition.finish(request)  # type: ignore[arg-type]


def _group(item: pytest.Item) -> str:
    shared = [name for name in SHARED if name in _parts(item)]
    return shared[0] if shared else item.path.stem


def _parts(item: pytest.Item | None) -> list[str]:
    return getattr(item, "fixturenames", [])


def _ranked(groups: dict[str, list[pytest.Item]]) -> list[tuple[int, pytest.Item]]:
    ranked = []
    for members in groups.values():
        folders = members[0].path.parts
        ranks = [rank for rank, name in enumerate(_LONGEST_FIRST) if name in folders]
        ranked += [(ranks[0] if ranks else len(_LONGEST_FIRST), item) for item in members]
    return ranked
