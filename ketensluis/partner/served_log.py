"""Reads the files of a log that a web server serves."""

from __future__ import annotations

from typing import Final

import httpx

from ketensluis.journal.tiles import Fetch

__all__ = ["over_http"]

_HTTP_SECONDS: Final = 10.0


def over_http(prefix: str) -> Fetch:
    """The files of a log that is served under that address (C2SP tlog-tiles)."""
    client = httpx.Client(base_url=prefix.rstrip("/") + "/", timeout=_HTTP_SECONDS)

    def fetch(path: str) -> bytes:
        answer = client.get(path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise FileNotFoundError(path)
        return answer.raise_for_status().content

    return fetch
