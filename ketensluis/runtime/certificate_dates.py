"""Until when the certificates count that a program goes by, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ketensluis.envelope.directory import Directory

__all__ = ["CertificateDates"]


class CertificateDates(Collector):
    """One figure per party of the directory and use: a bounded number.

    Of several certificates the one that lasts longest counts, as a renewed one lies beside the
    old. It is the directory as it was read at the start: a program that was not started again
    after a renewal goes by the old one, and says so.
    """

    def __init__(self, directory: Directory) -> None:
        self._ends = dict(_ends(directory))

    def collect(self) -> Iterator[Metric]:
        """What Prometheus reads."""
        family = GaugeMetricFamily(
            "ketensluis_certificate_expiry_timestamp_seconds",
            "When the party's last certificate for that use expires, in seconds since the epoch.",
            labels=["party", "use"],
        )
        for key, at in self._ends.items():
            family.add_metric(key, at.timestamp())
        yield family


def _ends(directory: Directory) -> Iterator[tuple[tuple[str, str], datetime]]:
    for entry in directory.entries.values():
        for use, thumbprints in (("signing", entry.signing), ("encryption", entry.encryption)):
            if thumbprints:
                yield (entry.party, use), _last(directory, thumbprints)


def _last(directory: Directory, thumbprints: Iterable[str]) -> datetime:
    return max(directory.certificates[each].not_after for each in thumbprints)
