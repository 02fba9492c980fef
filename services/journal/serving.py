"""Serves the log's files over HTTP, to be read by anyone (C2SP tlog-tiles).

Only paths that a log has are answered: there is no way to anything else on the disk.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final

from aiohttp import web

__all__ = ["PREFIX", "log_routes"]

PREFIX: Final = "/log"

_HEADS: Final = ("checkpoint", "cosigned", "keys")
_LEVEL: Final = "entries|[0-9]|[1-5][0-9]|6[0-3]"
_TILE = re.compile(rf"tile/({_LEVEL})/(x[0-9]{{3}}/){{0,6}}[0-9]{{3}}(\.p/[1-9][0-9]{{0,2}})?")
_FOREVER = "public, max-age=31536000, immutable"


def log_routes(folder: Path) -> list[web.RouteDef]:
    """The routes under which the files of the log in that folder are read."""

    async def answer(request: web.Request) -> web.Response:
        path = request.match_info["path"]
        head = path in _HEADS
        if not head and not _TILE.fullmatch(path):
            raise web.HTTPNotFound
        try:
            content = await asyncio.to_thread((folder / path).read_bytes)
        except OSError as error:
            raise web.HTTPNotFound from error
        kind = "text/plain; charset=utf-8" if head else "application/octet-stream"
        # A tile, once it is there, never changes; the head of the log always does.
        return web.Response(
            body=content,
            headers={"Content-Type": kind, "Cache-Control": "no-store" if head else _FOREVER},
        )

    return [web.get(f"{PREFIX}/{{path:.+}}", answer)]
