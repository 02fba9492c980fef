"""`sluis pki witness-keys`, `rotate-witness`, `retire-witness`: a witness's own keys over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.groundwork import pki
from ketensluis.cli.log_keys import KeyId, Size, list_terms, say_term, size_of
from ketensluis.cli.options import AsJson, Home, settings_of
from ketensluis.errors import KetensluisError

if TYPE_CHECKING:
    from ketensluis.runtime.settings import Settings

__all__ = ["pki_retire_witness", "pki_rotate_witness", "pki_witness_keys"]

Party = Annotated[str, typer.Argument(metavar="PARTY", help="A witness of the log: police.")]


@pki.command("witness-keys")
def pki_witness_keys(party: Party, home: Home = None, *, json: AsJson = False) -> None:
    """List the keys of a witness: from which size of the log to which each cosigns."""
    from ketensluis.journal.keys import JournalKeys
    from ketensluis.journal.rotation import keys_of
    from ketensluis.runtime.wiring import pki_folder

    list_terms(keys_of(JournalKeys.load(pki_folder(settings_of(home))), party), json=json)


@pki.command("rotate-witness")
def pki_rotate_witness(
    party: Party, home: Home = None, size: Size = None, *, json: AsJson = False
) -> None:
    """Give a witness one more key; until the old one is retired, it cosigns with that."""
    from ketensluis.journal.rotation import rotate_witness_key
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    key = rotate_witness_key(pki_folder(settings), party, _size(settings, party, size))
    say_term(
        key,
        f"{party} may cosign with {key.key.key_id.hex()} too, from {key.from_size} entries on",
        "bring public/journal.json to the hub and to who audits; then retire the old one",
        json=json,
    )


@pki.command("retire-witness")
def pki_retire_witness(
    party: Party, key: KeyId, home: Home = None, size: Size = None, *, json: AsJson = False
) -> None:
    """End the use of a witness's key; what it cosigned until then stays good."""
    from ketensluis.journal.rotation import retire_witness_key
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    ended = retire_witness_key(pki_folder(settings), party, key, _size(settings, party, size))
    say_term(
        ended,
        f"{key} cosigns no log of more than {ended.until_size} entries",
        "bring public/journal.json to the hub and to who audits",
        json=json,
    )


def _size(settings: Settings, party: str, told: int | None) -> int:
    """How many entries the log has, at the hub; at a party, how many it cosigned last."""
    try:
        return size_of(settings, told)
    except KetensluisError:
        return size_of(settings, told, f"desks/{party.replace(':', '.')}/witness")
