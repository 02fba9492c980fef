"""The commands of `docs/how-to/connectors.md`, run in their order as a reader would."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from connector_ground import Ground
from made_incidents import ROOT, incident
from made_mail import referral
from sqlalchemy import create_engine, text
from waiting import eventually

from ketensluis.model.intake import to_json
from ketensluis.model.messages import Acceptance, Receipt
from ketensluis.model.party import INCIDENTS, mail_topic, responses_topic

pytestmark = pytest.mark.kafka
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTY = "vt:groningen"


class Shell:
    """A shell that stays, as a reader's does: what it started goes on between commands."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        given = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "KETENSLUIS_BOOTSTRAP": ground.bootstrap,
            "KETENSLUIS_PKI": str(ground.pki),
            "KETENSLUIS_HOME": str(ground.home),
        }
        with (folder / "shell.log").open("wb") as log:
            self.process = subprocess.Popen(
                ["/bin/bash", "-e"],
                cwd=folder,
                env={**os.environ, **given},
                stdin=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def run(self, commands: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(commands)
        self.process.stdin.flush()

    def close(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(120)

    def kill(self) -> None:
        """End it with all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def test_the_commands_of_the_how_to_do_what_it_says(ground: Ground, prefix: str, tmp_path: Path):
    blocks = _BLOCK.findall((ROOT / "docs" / "how-to" / "connectors.md").read_text())
    start_folder, lay_file, start_sql, start_desk, answer, stop_all = blocks
    body = to_json(incident(incident_id=f"{prefix}-file"))
    (tmp_path / "day.ndjson").write_bytes(body + b"\n")
    with create_engine(f"sqlite:///{tmp_path / 'bvi.sqlite3'}").begin() as connection:
        connection.execute(text("CREATE TABLE changes (change_number INTEGER, incident TEXT)"))
        row = {"incident": to_json(incident(incident_id=f"{prefix}-row")).decode()}
        connection.execute(text("INSERT INTO changes VALUES (1, :incident)"), row)
    it = referral(PARTY, incident_id=f"{prefix}-mail")
    ground.publish(
        [
            ground.sealer("hub").seal(
                it,
                topic=mail_topic(PARTY),
                key=it.incident_id,
                subject=it.incident_id,
                at=datetime.now(UTC),
                recipient=PARTY,
            )
        ]
    )

    def published(name: str) -> bool:
        return f"{prefix}-{name}".encode() in {each.key for each in ground.committed(INCIDENTS)}

    shell = Shell(ground, tmp_path)
    try:
        shell.run(start_folder)
        eventually((tmp_path / "bvi").is_dir)
        shell.run(lay_file)
        eventually((tmp_path / "bvi" / "taken" / "day.ndjson").exists)
        assert published("file")
        shell.run(start_sql)
        eventually(lambda: published("row"))
        shell.run(start_desk)
        inbox, answers = tmp_path / "desk" / "inbox", tmp_path / "desk" / "answers"
        eventually(lambda: list(answers.glob("sent/*.receipt.answer")))
        (original,) = inbox.glob("*.msg")
        assert (inbox / f"{it.incident_id}.{it.message_id}.json").exists()
        assert original.name == f"{it.incident_id}.{it.message_id}.msg"
        shell.run(f"INCIDENT={it.incident_id} MESSAGE={it.message_id}\n{answer}")
        eventually((answers / "sent" / "acceptance.answer").exists)
        shell.run(stop_all)
        assert shell.close() == 0, (tmp_path / "shell.log").read_text()
    finally:
        shell.kill()
    opener = ground.opener("hub")
    kinds = [
        type(opener.open(each, (Receipt, Acceptance)).message)
        for each in ground.committed(responses_topic(PARTY))
        if each.key == it.incident_id.encode()
    ]
    assert sorted(each.__name__ for each in kinds) == ["Acceptance", "Receipt"]
