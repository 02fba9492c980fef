"""The demo PKI: complete, kept when run again, each private key with its owner alone."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ketensluis.envelope.certificates import TrustAnchors
from ketensluis.envelope.directory import Directory, DirectoryFile, Identity, Revocation
from ketensluis.envelope.pki import demo_parties, make_demo_pki
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.resources import resource
from tests.unit.envelope.parts import AT, HUB, POLICE, RSA_VT, VT, World


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_party_of_the_region_map_has_keys_and_an_oin_of_its_own(tmp_path: Path) -> None:
    parties = demo_parties(resource("reference") / "gemeenten.csv")
    assert len([each for each in parties if each.startswith("vt:")]) == 26
    assert len([each for each in parties if each.startswith("om:")]) == 10
    make_demo_pki(tmp_path, parties, AT)
    directory = Directory.load(tmp_path)
    oins = set()
    for party in parties:
        identity = Identity.load(tmp_path, party)
        assert identity.oin == directory.oin_of(party)
        assert identity.oin.startswith("00000099")
        assert directory.encryption(party, AT).thumbprint == (
            identity.encryption.certificate.thumbprint
        )
        assert directory.trust.chain(identity.signing.certificate, AT)
        oins.add(identity.oin)
    assert len(oins) == len(parties)


def test_running_it_again_changes_nothing(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB, VT], AT)
    before = contents(tmp_path)
    make_demo_pki(tmp_path, [VT, HUB], AT + timedelta(days=9))
    assert contents(tmp_path) == before


def test_a_party_that_comes_later_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB], AT)
    before = contents(tmp_path / "parties")
    make_demo_pki(tmp_path, ["gemeente:enschede", "rvdk"], AT)
    assert before.items() <= contents(tmp_path / "parties").items()
    assert set(Directory.load(tmp_path).entries) == {HUB, "gemeente:enschede", "rvdk"}


def test_new_keys_of_a_party_leave_its_old_certificates_known(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB], AT)
    old = Identity.load(tmp_path, HUB)
    for path in (tmp_path / "parties" / "hub").iterdir():
        path.unlink()
    (tmp_path / "parties" / "hub").rmdir()
    make_demo_pki(tmp_path, [HUB], AT + timedelta(days=300))
    directory = Directory.load(tmp_path)
    assert directory.signer(old.signing.certificate.thumbprint)
    assert directory.encryption(HUB, AT + timedelta(days=301)).thumbprint == (
        Identity.load(tmp_path, HUB).encryption.certificate.thumbprint
    )
    assert directory.encryption(HUB, AT).thumbprint == old.encryption.certificate.thumbprint


def test_revocations_are_kept(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB], AT)
    path = tmp_path / "public" / "directory.json"
    file = msgspec.json.decode(path.read_bytes(), type=DirectoryFile)
    revoked = (Revocation(serial="ff", at=AT),)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(file, revoked=revoked)))
    make_demo_pki(tmp_path, [VT], AT)
    assert Directory.load(tmp_path).trust.revoked == {255: AT}


def test_private_keys_are_for_their_owner_alone(world: World) -> None:
    keys = [path for path in world.folder.rglob("*.key") if path.is_file()]
    assert keys
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    assert not [path for path in (world.folder / "public").rglob("*") if b"PRIVATE" in _read(path)]
    own = contents(world.folder / "parties" / "hub")
    assert {Path(name).name for name in own} == {
        "sign.key", "sign.pem", "encrypt.key", "encrypt.pem",
    }  # fmt: skip


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_one_party_has_rsa_keys_so_that_both_algorithms_are_live(world: World) -> None:
    assert world.identity(RSA_VT).signing.certificate.algorithm == "PS256"
    assert world.identity(RSA_VT).encryption.certificate.key_management == "RSA-OAEP-256"
    assert world.identity(VT).signing.certificate.algorithm == "ES256"
    assert world.identity(VT).encryption.certificate.key_management == "ECDH-ES+A256KW"


def test_signing_and_opening_mail_have_keys_of_their_own(world: World) -> None:
    for party in (POLICE, RSA_VT):
        identity = world.identity(party)
        assert identity.signing.certificate.thumbprint != identity.encryption.certificate.thumbprint
        assert (identity.signing.certificate.signs, identity.signing.certificate.encrypts) == (
            (True, False)
        )
        assert identity.encryption.certificate.encrypts
        assert not identity.encryption.certificate.signs


def test_a_printed_identity_shows_no_private_key(world: World) -> None:
    assert "private_key" not in repr(world.identity(HUB))


@pytest.mark.parametrize("party", ["../hub", "VT:Twente", "vt:", "vt:a/b", "", "vt:a.b"])
def test_what_is_no_partys_name_gets_no_folder(tmp_path: Path, party: str) -> None:
    with pytest.raises(KetensluisError) as failed:
        make_demo_pki(tmp_path, [party], AT)
    assert failed.value.code == "bad_party"


def test_an_authority_whose_keys_are_gone_is_not_silently_replaced(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB], AT)
    (tmp_path / "authority").rename(tmp_path / "elsewhere")
    with pytest.raises(KetensluisError) as failed:
        make_demo_pki(tmp_path, [VT], AT)
    assert failed.value.code == "no_authority"


def test_a_folder_without_a_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(KetensluisError) as failed:
        Directory.load(tmp_path)
    assert failed.value.code == "no_directory"
    assert "pki demo" in str(failed.value)


def test_a_directory_that_names_anothers_certificate_is_not_loaded(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB, VT], AT)
    path = tmp_path / "public" / "directory.json"
    file = msgspec.json.decode(path.read_bytes(), type=DirectoryFile)
    hub, vt = file.parties
    mixed = (msgspec.structs.replace(hub, signing=vt.signing), vt)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(file, parties=mixed)))
    with pytest.raises(KetensluisError) as failed:
        Directory.load(tmp_path)
    assert failed.value.code == "bad_directory"


def test_a_party_without_keys_here_is_named(world: World) -> None:
    with pytest.raises(KetensluisError) as failed:
        Identity.load(world.folder, "vt:utrecht")
    assert failed.value.code == "no_identity"


def test_a_key_that_is_not_the_certificates_is_refused(tmp_path: Path) -> None:
    make_demo_pki(tmp_path, [HUB], AT)
    own = tmp_path / "parties" / "hub"
    (own / "sign.key").write_bytes((own / "encrypt.key").read_bytes())
    with pytest.raises(KetensluisError) as failed:
        Identity.load(tmp_path, HUB)
    assert failed.value.code == "bad_identity"


def test_nothing_is_encrypted_to_a_revoked_certificate(world: World) -> None:
    serial = world.directory.encryption(VT, AT).raw.serial_number
    trust = TrustAnchors(
        world.directory.trust.anchors, world.directory.trust.intermediates, {serial: AT}
    )
    directory = Directory(world.directory.entries, world.directory.certificates, trust)
    assert directory.encryption(VT, AT - timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        directory.encryption(VT, AT)
    assert refused.value.code == "no_certificate"


def test_nothing_is_encrypted_to_an_expired_certificate(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.directory.encryption(VT, AT + timedelta(days=4 * 365))
    assert refused.value.code == "no_certificate"
