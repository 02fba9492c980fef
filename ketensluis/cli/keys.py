"""`sluis pki list`, `rotate`, `revoke`: the demo's certificates over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketensluis.cli.groundwork import pki
from ketensluis.cli.options import AsJson, Home, party_named, settings_of
from ketensluis.cli.output import print_json, say, table

if TYPE_CHECKING:
    from ketensluis.envelope.certificates import Certificate
    from ketensluis.envelope.directory import Directory

__all__ = ["pki_list", "pki_revoke", "pki_rotate"]

_OVERLAP_DAYS = 7


@pki.command("list")
def pki_list(
    party: Annotated[
        str | None, typer.Argument(metavar="PARTY", help="Whose; everyone's if left out.")
    ] = None,
    home: Home = None,
    *,
    json: AsJson = False,
) -> None:
    """List the certificates of the directory: whose, for what, from when until when."""
    from ketensluis.envelope.directory import Directory
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    directory = Directory.load(pki_folder(settings))
    wanted = None if party is None else _party(party)
    now = settings.clock().now()
    found = [
        each for each in _certificates(directory, now) if wanted is None or each["party"] == wanted
    ]
    if json:
        for each in found:
            print_json(each)
        return
    table(
        ("party", "for", "from", "until", "state", "thumbprint"),
        (
            (
                each["party"],
                each["purpose"],
                each["not_before"].strftime("%Y-%m-%d %H:%M"),
                each["not_after"].strftime("%Y-%m-%d"),
                each["state"],
                each["thumbprint"],
            )
            for each in found
        ),
    )


def _certificates(directory: Directory, now: datetime) -> list[dict[str, Any]]:
    found = []
    for entry in directory.entries.values():
        for purpose, thumbprints in (("sign", entry.signing), ("encrypt", entry.encryption)):
            for thumbprint in thumbprints:
                certificate = directory.certificates[thumbprint]
                revoked_at = directory.trust.revoked_at([certificate.raw])
                found.append(
                    {
                        "party": entry.party,
                        "purpose": purpose,
                        "not_before": certificate.not_before,
                        "not_after": certificate.not_after,
                        "revoked_at": revoked_at,
                        "state": _state(certificate, revoked_at, now),
                        "thumbprint": thumbprint,
                    }
                )
    return found


def _state(certificate: Certificate, revoked_at: datetime | None, now: datetime) -> str:
    if revoked_at is not None and revoked_at <= now:
        return "revoked"
    if now < certificate.not_before:
        return "not yet valid"
    return "valid" if certificate.valid_at(now) else "expired"


@pki.command("rotate")
def pki_rotate(
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Who gets new keys.")],
    home: Home = None,
    overlap: Annotated[
        int,
        typer.Option("--overlap", min=0, metavar="DAYS", help="So long the old keys stay in use."),
    ] = _OVERLAP_DAYS,
    *,
    json: AsJson = False,
) -> None:
    """Give a party of the demo new keys; the old ones still verify, and open what they opened."""
    from ketensluis.envelope.rotation import rotate
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    signing, encryption = rotate(
        pki_folder(settings), _party(party), settings.clock().now(), timedelta(days=overlap)
    )
    told = {"sign": signing.thumbprint, "encrypt": encryption.thumbprint}
    if json:
        print_json({"party": party, **told, "not_before": signing.not_before})
        return
    say(f"{party}: new keys, of use from {signing.not_before:%Y-%m-%d %H:%M} UTC")
    say("start every program anew before then, so that it knows the new directory")


# A thumbprint may begin with a hyphen, and is no option then.
@pki.command("revoke", context_settings={"ignore_unknown_options": True})
def pki_revoke(
    thumbprint: Annotated[str, typer.Argument(help="Of the certificate: see sluis pki list.")],
    home: Home = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", help="When the key may have been in other hands (UTC); else now."),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="As RFC 5280 names it: keyCompromise, superseded, …")
    ] = "keyCompromise",
    *,
    json: AsJson = False,
) -> None:
    """Revoke a certificate of the demo; what it signed before stays good."""
    from ketensluis.envelope.rotation import REASONS, revoke
    from ketensluis.runtime.wiring import pki_folder

    if reason not in REASONS:
        raise typer.BadParameter(f"one of {', '.join(REASONS)}", param_hint="--reason")
    settings = settings_of(home)
    path = revoke(
        pki_folder(settings),
        thumbprint,
        settings.clock().now(),
        since=since.replace(tzinfo=UTC) if since else None,
        reason=reason,
    )
    if json:
        print_json({"thumbprint": thumbprint, "list": str(path)})
    else:
        say(f"revoked; the list is {path}: bring it to every party, and start programs anew")


def _party(text: str) -> str:
    # The national police are one party without a colon, as the hub is.
    return text if text == "police" else party_named(text, "PARTY")
