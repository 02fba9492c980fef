"""Dates with the month in another language, of the last century or its first years after."""

from __future__ import annotations

__all__ = ["FOREIGN_BIRTH"]

# Those that differ from the Dutch ones, with and without the signs on their letters.
_MONTHS = (
    *("january", "february", "march", "may", "june", "july", "october"),
    *("januar", "februar", "m\u00e4rz", "maerz", "mai", "juni", "oktober", "dezember"),
    *(
        "janvier",
        "f\u00e9vrier",
        "fevrier",
        "mars",
        "avril",
        "juin",
        "juillet",
        "ao\u00fbt",
        "aout",
    ),
    *("septembre", "octobre", "novembre", "d\u00e9cembre", "decembre"),
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia"),
    *("wrze\u015bnia", "wrzesnia", "pa\u017adziernika", "pazdziernika", "listopada", "grudnia"),
    *("ocak", "\u015fubat", "subat", "mart", "nisan", "may\u0131s", "mayis", "haziran", "temmuz"),
    *(
        "a\u011fustos",
        "agustos",
        "eyl\u00fcl",
        "eylul",
        "ekim",
        "kas\u0131m",
        "kasim",
        "aral\u0131k",
        "aralik",
    ),
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre"),
    *("octubre", "noviembre", "diciembre", "gennaio", "ottobre", "dicembre", "ianuarie"),
)
FOREIGN_BIRTH = (
    r"\b(?<![.,-])[0-3]?\d(?:st|nd|rd|th|er|[.])?[ -](?:de |of )?"
    rf"(?:{'|'.join(_MONTHS)})[ -](?:de |del )?(?:19\d\d|200\d|['\u2019]?[3-9]\d)(?!\w)"
)
