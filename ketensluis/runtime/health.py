"""Metrics, health and readiness over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ketensluis.errors import KetensluisError

__all__ = ["HealthServer", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no, with the codes that say why."""

    good: bool
    reasons: tuple[str, ...] = ()


class HealthServer:
    """Serves `/metrics`, `/healthz` and `/readyz`; 503 where the verdict is no.

    It runs in the loop of the work itself: a loop that is blocked does not answer, which a
    liveness probe reads rightly. `also` are routes that a service answers beside these.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        healthy: Callable[[], Verdict],
        ready: Callable[[], Verdict],
        also: Iterable[web.RouteDef] = (),
    ) -> None:
        self._registry = registry
        application = web.Application()
        application.router.add_get("/metrics", self._metrics)
        application.router.add_get("/healthz", _answer(healthy))
        application.router.add_get("/readyz", _answer(ready))
        application.router.add_routes(also)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        self.port = 0
        """The port that it listens on, once started."""

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one.

        Raises:
            KetensluisError: `port_taken`, the address cannot be listened on.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise KetensluisError(
                "port_taken",
                f"cannot listen on {host} port {port}",
                "choose another http_port, or 0 for a free one",
            ) from error
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the port."""
        await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


def _answer(judge: Callable[[], Verdict]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        verdict = judge()
        said = {"ok": verdict.good, "reasons": list(verdict.reasons)}
        return web.json_response(said, status=200 if verdict.good else 503)

    return answer
