"""Quix Streams, exactly once: `BOOTSTRAP GROUP INPUT OUTPUT`; runs in an environment of its own."""

from __future__ import annotations

import sys

from quixstreams import Application


def main() -> None:
    """Run until killed."""
    bootstrap, group, source, target = sys.argv[1:]
    application = Application(
        broker_address=bootstrap,
        consumer_group=group,
        processing_guarantee="exactly-once",
        auto_offset_reset="earliest",
        # Transactions of the same size for all sides; by default it commits every 5 s.
        commit_every=2_000,
        loglevel="WARNING",
    )
    raw = {"key_deserializer": "bytes", "value_deserializer": "bytes"}
    out = application.topic(target, key_serializer="bytes", value_serializer="bytes")
    application.dataframe(application.topic(source, **raw)).to_topic(out)
    application.run()


if __name__ == "__main__":
    main()
