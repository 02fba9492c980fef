"""Mail between parties: `Sealer` makes a record of a message, `Opener` a message of a record.

Both work on records and know no Kafka; the codec, the keys and the time are given.
"""

from __future__ import annotations

from ketensluis.envelope.opening import Decode, Opened, Opener
from ketensluis.envelope.sealing import Encode, Sealer

__all__ = ["Decode", "Encode", "Opened", "Opener", "Sealer"]
