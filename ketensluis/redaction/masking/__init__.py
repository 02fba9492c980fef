"""Masking of free text: deny by default, so that only recognised ordinary language stays."""

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.masker import Masker

__all__ = ["Mark", "Masker"]
