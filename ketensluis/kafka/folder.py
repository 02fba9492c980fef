"""The folder of a local cluster: one program has it at a time, and it knows which cluster it is."""

from __future__ import annotations

import base64
import fcntl
import json
import uuid
from pathlib import Path
from typing import BinaryIO

from ketensluis.errors import KetensluisError

__all__ = ["claimed", "cluster_id"]


def claimed(folder: Path) -> BinaryIO:
    """The folder, made and locked for this process until the file that is returned is closed.

    The system lets go when the process ends, however that ends.

    Raises:
        KetensluisError: `kafka_folder_in_use`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    claim = (folder / "lock").open("wb")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        claim.close()
        raise KetensluisError(
            "kafka_folder_in_use",
            f"another program runs Apache Kafka in {folder}",
            "use that one (--broker HOST:PORT), or choose another folder",
        ) from error
    return claim


def cluster_id(folder: Path, nodes: int) -> str:
    """The id of the folder's cluster, made at first and kept there with the number of its nodes.

    Raises:
        KetensluisError: `kafka_nodes`, it was made for another number of nodes.
    """
    known = folder / "cluster.json"
    if not known.is_file():
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        known.write_text(json.dumps({"id": made, "nodes": nodes}), encoding="ascii")
    cluster = json.loads(known.read_text(encoding="ascii"))
    if cluster["nodes"] != nodes:
        raise KetensluisError(
            "kafka_nodes",
            f"{folder} holds a cluster of {cluster['nodes']}, not of {nodes}",
            "choose another folder or the same number of nodes",
        )
    return str(cluster["id"])
