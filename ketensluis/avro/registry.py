"""A Confluent-compatible schema registry over HTTP, and our schemas with the ids it gave them.

Whatever may heal (not reached, refused, out of order) is `Unavailable`: intake stops, tries
again, and loses nothing. Only the registry's own word that an id does not exist refuses a
record. API as Confluent publishes it (Schema Registry API, version 7).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import httpx

from ketensluis.avro.lock import LockedSchema
from ketensluis.avro.schema import Schema, fingerprint, parse
from ketensluis.errors import KetensluisError, Refused, Unavailable

__all__ = ["Registry", "registered"]

_TIMEOUT = httpx.Timeout(
    5, connect=2
)  # seconds; a stage waits at most this long before it backs off
_SUBJECT_NOT_FOUND = 40401
_SCHEMA_NOT_FOUND = 40403


class Registry:
    """The few calls of the registry's API that we make; credentials are never shown or logged."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        """For the registry at `url`, e.g. `https://registry.example/apis/ccompat/v7`.

        `token` is a bearer token; a user and password may stand in the URL instead.

        Raises:
            KetensluisError: `bad_registry_url`.
        """
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL("")
        if parsed.scheme not in {"http", "https"} or not parsed.host:
            raise KetensluisError(
                "bad_registry_url", "the registry's URL is not of the form https://host/path"
            )
        user = (parsed.username, parsed.password) if parsed.userinfo else None
        bare = parsed.copy_with(userinfo=None, query=None, fragment=None)
        self._place = str(bare)
        self._client = httpx.Client(
            base_url=bare,
            auth=user,
            headers={"Authorization": f"Bearer {token}"} if token else None,
            timeout=_TIMEOUT,
            # Asked rarely, and a connection that stays open must not pass to a forked worker.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def schema(self, number: int) -> Schema:
        """The schema of that id.

        Raises:
            Refused: `unknown_schema_id`; `unexpected_schema` if it is no Avro record.
            Unavailable: `registry_unavailable`.
        """
        answer = self._call("GET", f"/schemas/ids/{number}", absent=_SCHEMA_NOT_FOUND)
        if answer is None:
            raise Refused(
                "unknown_schema_id",
                f"schema id {number} is not in the registry",
                "register the schema before sending by it",
            )
        text = self._text(answer)
        try:
            return parse(text)
        except KetensluisError:
            raise Refused(
                "unexpected_schema", f"schema id {number} is not an Avro record"
            ) from None

    def versions(self, subject: str) -> Iterator[tuple[int, str]]:
        """The id and text of every version of the subject; nothing if it is not known."""
        path = f"/subjects/{subject}/versions"
        numbers = self._call("GET", path, absent=_SUBJECT_NOT_FOUND)
        if numbers is not None and not isinstance(numbers, list):
            raise self._unavailable("answered without a list of versions")
        for version in numbers or ():
            answer = self._call("GET", f"{path}/{version}")
            yield self._id(answer), self._text(answer)

    def register(self, subject: str, text: str) -> int:
        """Adds a version to the subject, under BACKWARD_TRANSITIVE; returns its id.

        Raises:
            KetensluisError: `incompatible_schema`, if the registry will not have it.
            Unavailable: `registry_unavailable`.
        """
        self._call("PUT", f"/config/{subject}", {"compatibility": "BACKWARD_TRANSITIVE"})
        return self._id(self._call("POST", f"/subjects/{subject}/versions", {"schema": text}))

    def _call(
        self, method: str, path: str, body: dict[str, str] | None = None, absent: int = 0
    ) -> Any:
        """The decoded answer; None if the registry says, by code `absent`, that there is none."""
        try:
            response = self._client.request(method, path, json=body)
            answer = response.json()
        except httpx.HTTPError as error:
            raise self._unavailable(f"did not answer ({type(error).__name__})") from None
        except ValueError:
            raise self._unavailable(f"answered {response.status_code}, and not in JSON") from None
        if response.is_success and answer is not None:
            return answer
        if absent and isinstance(answer, dict) and answer.get("error_code") == absent:
            return None
        if response.status_code == httpx.codes.CONFLICT:
            raise KetensluisError(
                "incompatible_schema",
                f"the schema registry at {self._place} refused {path} as incompatible",
                "run `sluis schemas check`, and compare with what is registered",
            )
        raise self._unavailable(f"answered {response.status_code}")

    def _id(self, answer: Any) -> int:
        number = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(number, int):
            raise self._unavailable("answered without a schema id")
        return number

    def _text(self, answer: Any) -> str:
        text = answer.get("schema") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            raise self._unavailable("answered without a schema")
        return text

    def _unavailable(self, what: str) -> Unavailable:
        return Unavailable(
            "registry_unavailable",
            f"the schema registry at {self._place} {what}",
            "check that it runs, its address and the credentials; intake goes on by itself then",
        )


def registered(
    registry: Registry, locked: Iterable[LockedSchema], *, register: bool
) -> Iterator[LockedSchema]:
    """The locked schemas with the registry's ids instead of the lock's.

    With `register`, versions that the registry lacks are added, in their order; without it, the
    newest of each subject must be there. Newer versions that we do not know are left alone.

    Raises:
        Unavailable: `registry_unavailable`; `schema_not_registered`.
        KetensluisError: `schema_differs`, if the registry has other schemas under our subject;
            `incompatible_schema`.
    """
    for subject, versions in groupby(locked, key=lambda known: known.subject):
        found = _found(registry, subject)
        ours = list(versions)
        for known in ours:
            if known.fingerprint in found:
                yield dataclasses.replace(known, id=found[known.fingerprint])
            elif register:
                yield dataclasses.replace(known, id=registry.register(subject, known.text))
            elif known is ours[-1]:
                raise _missing(known, {known.fingerprint for known in ours}, found)


def _found(registry: Registry, subject: str) -> dict[str, int]:
    """The registered versions of the subject, id by fingerprint; "" stands for what is no Avro."""
    found: dict[str, int] = {}
    for number, text in registry.versions(subject):
        try:
            found[fingerprint(parse(text))] = number
        except KetensluisError:
            found[""] = number
    return found


def _missing(known: LockedSchema, ours: set[str], found: dict[str, int]) -> KetensluisError:
    name = f"{known.subject} version {known.version}"
    if found and not ours & found.keys():
        return KetensluisError(
            "schema_differs",
            f"the registry has other schemas under {known.subject} than registry.lock.json",
            "another program has taken the subject, or the registry is another environment's",
        )
    return Unavailable(
        "schema_not_registered", f"the registry does not have {name}", "register it, then go on"
    )
