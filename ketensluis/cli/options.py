"""Options that several commands share, and where a command finds the running chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ketensluis.errors import KetensluisError
from ketensluis.model.party import is_party
from ketensluis.runtime.settings import Settings

__all__ = [
    "AgreementsFolder",
    "AsJson",
    "Broker",
    "Home",
    "Running",
    "chain",
    "party_named",
    "settings_of",
]

Broker = Annotated[
    str | None,
    typer.Option("--broker", metavar="HOST:PORT", help="A Kafka cluster that is already there."),
]
Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="State folder; .ketensluis unless said otherwise."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
AgreementsFolder = Annotated[
    Path | None,
    typer.Option("--agreements", metavar="DIR", help="Agreements other than the examples."),
]


class Running(msgspec.Struct, frozen=True):
    """What `sluis up` left in its home for the other terminals: `up.json`."""

    bootstrap: str
    pid: int
    journal_url: str | None = None

    @staticmethod
    def path(home: Path) -> Path:
        """Where it lies."""
        return home / "up.json"

    def write(self, home: Path) -> None:
        """Leave it there."""
        self.path(home).write_text(json.dumps(msgspec.to_builtins(self)), encoding="utf-8")

    @classmethod
    def read(cls, home: Path) -> Running | None:
        """What was left there, or None."""
        try:
            return msgspec.json.decode(cls.path(home).read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError):
            return None


def settings_of(home: Path | None = None, **given: Any) -> Settings:
    """Settings from the environment, with what the command line gave on top."""
    overrides = {name: value for name, value in given.items() if value is not None}
    if home is not None:
        overrides["home"] = home
    return Settings(**overrides)


def chain(broker: str | None = None, home: Path | None = None, **given: Any) -> Settings:
    """Settings for a command that talks to the running chain.

    The broker is the one given, else the one in the environment, else that of `sluis up`.

    Raises:
        KetensluisError: `no_broker`.
    """
    settings = settings_of(home, bootstrap=broker, **given)
    running = Running.read(settings.home)
    if running is not None and "journal_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"journal_url": running.journal_url})
    if "bootstrap" in settings.model_fields_set:
        return settings
    if running is None:
        raise KetensluisError(
            "no_broker",
            "no Kafka is known",
            "start the chain with `sluis up`, or name a cluster with --broker HOST:PORT",
        )
    return settings.model_copy(update={"bootstrap": running.bootstrap})


def party_named(text: str | None, option: str) -> str:
    """The party that was named.

    Raises:
        typer.BadParameter: none was, or it has not the form of one.
    """
    if text is None:
        raise typer.BadParameter("say which party", param_hint=option)
    if not is_party(text):
        raise typer.BadParameter(
            "write a party as vt:<region> or om:<office>, in lower case, e.g. vt:utrecht",
            param_hint=option,
        )
    return text
