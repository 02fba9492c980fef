"""From the builders to the files that Grafana reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.coordinators import coordinators
from deploy.grafana.operators import operators

__all__ = ["FOLDER", "dashboards", "write"]

FOLDER = Path(__file__).parent


def dashboards() -> dict[str, Any]:
    """Each dashboard as JSON, by its file's name."""
    boards = {"coordinators.json": coordinators(), "operators.json": operators()}
    made = {
        name: json.loads(json.dumps(board.build(), cls=JSONEncoder))
        for name, board in boards.items()
    }
    for board in made.values():
        for number, panel in enumerate(board["panels"], start=1):
            panel["id"] = number
        for variable in board["templating"]["list"]:
            # The builder gives every variable what only intervals have; Grafana's types do not.
            for name in ("auto", "auto_count", "auto_min"):
                del variable[name]
    return made


def write(folder: Path = FOLDER) -> list[Path]:
    """Write them into the folder."""
    written = []
    for name, board in dashboards().items():
        written.append(folder / name)
        text = json.dumps(board, indent=2, ensure_ascii=False, sort_keys=True)
        written[-1].write_text(text + "\n", encoding="utf-8")
    return written
