"""Who has a part in the keys of incidents: the hub, the police where they share its store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from made_incidents import AT

from ketensluis.envelope.pki import make_demo_pki
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

PARTIES = ("hub", "police", "police:amsterdam", "vt:twente", "om:amsterdam")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wiring") / "pki"
    make_demo_pki(folder, PARTIES, AT)
    return folder


def holds_keys(settings: Settings, party: str) -> bool:
    return post_of(settings, party).sealer.keyring is not None


def test_where_the_hub_is_it_and_the_police_have_the_keys_and_no_recipient(pki: Path):
    settings = Settings(home=pki.parent)
    found = {party: holds_keys(settings, party) for party in PARTIES}
    assert found == {
        "hub": True, "police": True, "police:amsterdam": True, "vt:twente": False,
        "om:amsterdam": False,
    }  # fmt: skip


def test_police_elsewhere_have_them_only_where_the_store_is_named(pki: Path, tmp_path: Path):
    """With a store of their own making, the hub could read nothing of what they send."""
    shutil.copytree(pki / "public", tmp_path / "pki" / "public")
    shutil.copytree(pki / "parties" / "police", tmp_path / "pki" / "parties" / "police")
    assert not holds_keys(Settings(home=tmp_path), "police")
    named = Settings(home=tmp_path, keys_url="postgresql://hub@127.0.0.1/keys")
    assert holds_keys(named, "police")
    assert holds_keys(Settings(home=tmp_path, keys_kek=tmp_path / "shared.kek"), "police")
