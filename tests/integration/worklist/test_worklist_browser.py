"""The console in a real Chromium: what a coordinator does with it, from signing in to paper."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from real_parts import without
from worklist_rig import CODEC, KEY, NOW, OM, UNIT, VT, OnPaper, Rig, alarm, case, escalated, held

from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.health import Verdict
from ketensluis.runtime.settings import Settings
from services.worklist.app import QuietServer, listen
from services.worklist.desk import Desk
from services.worklist.issuer import issue, tokens_of
from services.worklist.metrics import FigureBoard
from services.worklist.projection import Projection
from services.worklist.reading import Follower
from services.worklist.site import site

sync_api = pytest.importorskip("playwright.sync_api", reason="without Playwright")
expect = sync_api.expect


class Fixed:
    """A clock that stands still."""

    def now(self):
        return NOW


@pytest.fixture
def address(rig: Rig, database_settings: Settings) -> Iterator[str]:
    """Where the work list is served, by the server that it runs on."""
    regions = load_regions(resource("reference"))
    follower = Follower(Projection(rig.engine, CODEC), database_settings)
    board = FigureBoard(rig.engine, Fixed(), follower, regions, [])
    good = Verdict(good=True)
    app = site(
        Desk(rig.engine, Fixed(), tokens_of(database_settings), regions, OnPaper(), lambda: KEY),
        board.registry,
        healthy=lambda: good,
        ready=lambda: good,
    )
    listening = listen(database_settings)
    server = QuietServer(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def page(tmp_path: Path) -> Iterator[sync_api.Page]:
    program = shutil.which("chromium")
    if program is None:
        without("chromium", "it is not installed (see .ci/parts)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.getuid() == 0 else []
        )
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(30_000)
        yield page
        browser.close()


@pytest.fixture
def complaints(page: sync_api.Page) -> list[str]:
    """What the browser complains of: blocked resources, errors on the console."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text))
    page.on("requestfailed", lambda request: found.append(request.url))
    return found


def test_a_coordinator_signs_in_filters_chases_and_prints(
    rig: Rig,
    database_settings: Settings,
    address: str,
    page: sync_api.Page,
    complaints: list[str],
    tmp_path: Path,
):
    rig.tell(
        *(case(number, overdue=("receipt",)) for number in range(1, 9)),
        *(alarm(number) for number in range(1, 9)),
        escalated(3),
        held(20),
        case(21, recipient=OM, state="received"),
        case(22, unit="Rotterdam"),
    )
    page.goto(f"{address}/console/sign-in")
    asked = {"role": "hg_coordinator", "units": [UNIT], "regions": []}
    page.get_by_label("Token").fill(issue(database_settings, **asked, seconds=600))
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.get_by_text("PL0900-22")).to_have_count(0)
    page.screenshot(path=tmp_path / "open.png", full_page=True)
    page.get_by_label("State").select_option("held")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr td:first-child")).to_have_text(["PL0900-20"])

    page.get_by_role("link", name="Overdue").click()
    page.get_by_label("Role").fill("hg_coordinator")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.screenshot(path=tmp_path / "overdue.png", full_page=True)
    page.get_by_role("link", name="PL0900-3").click()
    page.get_by_label("What was done").select_option("answer_promised")
    page.get_by_label("Look again on").fill("2026-06-08")
    page.get_by_role("button", name="Put on record").click()
    expect(page.get_by_role("cell", name="answer promised")).to_have_count(1)
    page.screenshot(path=tmp_path / "incident.png", full_page=True)

    page.get_by_role("link", name="Case conference").click()
    page.get_by_label("Partner").select_option(VT)
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Draw up this list").click()
    expect(page.locator("tbody tr")).to_have_count(8)
    page.screenshot(path=tmp_path / "conference.png", full_page=True)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="As CSV")).to_be_hidden()
    expect(page.locator("header")).to_be_hidden()
    paper = page.pdf(path=tmp_path / "conference.pdf", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    page.emulate_media(media="screen")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    assert complaints == []
    page.goto(f"{address}/console")
    expect(page.get_by_label("Token")).to_be_visible()
