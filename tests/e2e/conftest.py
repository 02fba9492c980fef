"""One `sluis up` for the tests that only talk to it; each uses incidents of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from audited_day import Day, typed_day
from chain_rig import Chain, up


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with up(tmp_path_factory.mktemp("chain")) as (running, _):
        yield running


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """The auditor's day, whose log and records other tests take copies of."""
    with typed_day(tmp_path_factory.mktemp("day")) as typed:
        yield typed
