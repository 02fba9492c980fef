"""The whole HTTP service: API, console, metrics and health, with what holds for every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.runtime.health import Verdict
from services.worklist import api, console, dossier_api, lookup_api
from services.worklist.access import Forbidden
from services.worklist.desk import Desk
from services.worklist.paging import WrongQuestion
from services.worklist.tokens import NotKnown

__all__ = ["site"]

_STATUS: tuple[tuple[type[KetensluisError], int], ...] = (
    (NotKnown, 401),
    (Forbidden, 403),
    (WrongQuestion, 400),
    (Unavailable, 503),
)
# Nothing from elsewhere, no scripts, no framing, and no trace in caches or other sites' logs.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def site(
    desk: Desk,
    registry: CollectorRegistry,
    *,
    healthy: Callable[[], Verdict],
    ready: Callable[[], Verdict],
) -> FastAPI:
    """The application; its interactive documentation is left out, as it loads from elsewhere."""
    app = FastAPI(
        title="Ketensluis work list",
        version="1",
        description="What is open, what is overdue, and whom to chase. No names, no narrative.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = desk
    app.include_router(api.router)
    app.include_router(dossier_api.router)
    app.include_router(lookup_api.router)
    app.include_router(console.router)
    app.add_exception_handler(KetensluisError, _refused)
    app.add_exception_handler(SQLAlchemyError, _database_away)
    app.add_exception_handler(RequestValidationError, _not_sound)
    app.add_exception_handler(HTTPException, _plain)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await go_on(request)
        for name, value in _HEADERS.items():
            answer.headers[name] = value
        return answer

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/healthz", include_in_schema=False)
    def health() -> Response:
        return _verdict(healthy())

    @app.get("/readyz", include_in_schema=False)
    def readiness() -> Response:
        return _verdict(ready())

    return app


def _verdict(verdict: Verdict) -> Response:
    said = {"ok": verdict.good, "reasons": list(verdict.reasons)}
    return JSONResponse(said, status_code=200 if verdict.good else 503)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, KetensluisError)  # noqa: S101 - it is what it was registered for
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if request.url.path.startswith(console.PREFIX):
        return console.trouble(error, status)
    said = {"code": error.code, "sentence": error.sentence, "remedy": error.remedy}
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'} if status == 401 else None  # noqa: PLR2004 - RFC 6750
    return JSONResponse(said, status, headers)


def _database_away(request: Request, _: Exception) -> Response:
    away = Unavailable("database_away", "the work list's database does not answer", "try again")
    return _refused(request, away)


def _not_sound(request: Request, error: Exception) -> Response:
    """Names the fields that are wrong; never repeats what was sent, which may be a person's."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is what it was registered for
    places = sorted({".".join(map(str, each["loc"])) for each in error.errors()})
    return _refused(request, WrongQuestion("not_sound", f"not as it must be: {', '.join(places)}"))


def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is what it was registered for
    if request.url.path.startswith(console.PREFIX):
        return console.trouble(
            KetensluisError("not_found", "there is nothing here, or nothing for you to see"), 404
        )
    return JSONResponse({"code": "not_found"}, error.status_code, error.headers)
