"""The forms of number plates: Dutch side codes, and common foreign ones."""

from __future__ import annotations

__all__ = [
    "ANNOUNCED_PLATE",
    "FOREIGN_PLATE",
    "LOOSE_PLATE",
    "LOOSE_PLATE_SIGN",
    "PARTLY_READ_PLATE",
    "SPACED_PLATE",
    "WRITTEN_PLATE",
]

# The groups of letters (L) and digits (D) of Dutch plates since 1951, then of neighbours' plates.
_SIDE_CODES = (
    *("LL-DD-DD", "DD-DD-LL", "DD-LL-DD", "LL-DD-LL", "LL-LL-DD", "DD-LL-LL", "DD-LLL-D"),
    *("D-LLL-DD", "LL-DDD-L", "L-DDD-LL", "LLL-DD-L", "L-DD-LLL", "D-LL-DDD", "DDD-LL-D"),
    *("D-LLL-DDD", "LLL-DDD", "LL-LL-DDD", "LL-LL-DDDD", "LL-DDD-LL"),
)
# Both cases of each letter are written out, and what `re.IGNORECASE` takes for them too (a long s,
# the sign of kelvin): an expression that minds the case is several times as fast.
_ANY = "[a-zA-Z\u017f\u212a]"
_BETWEEN = "[ .\u00b7\u2022\u2013-]?"
# Plates since 1978 have no vowels, so that "12 en 10" is none.
_CONSONANT = "[bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ\u017f\u212a]"


def _plates(letter: str, between: str) -> str:
    # The longest first, as the first alternative that fits wins.
    codes = sorted(_SIDE_CODES, key=len, reverse=True)
    forms = {"L": letter, "D": r"\d", "-": between}
    return "|".join("".join(forms[sign] for sign in code) for code in codes)


FOREIGN_PLATE = r"\b(?-i:[A-Z]{1,3}[ -][A-Z]{0,2} ?\d{3,4} ?[A-Z]{1,2})\b"
WRITTEN_PLATE = rf"\b(?-i:{_plates(_ANY, '-')})\b"
SPACED_PLATE = rf"\b(?-i:{_plates(_CONSONANT, _BETWEEN)})\b"
# Any groups of consonants and digits, such as foreign ones and those misheard.
_GROUP = f"(?!cm|km|kg|mm|mg|ml|jr|st|hr|dr|nr){_CONSONANT}{{1,3}}"
LOOSE_PLATE = (
    rf"\b(?:(?<![.,'-])(?-i:(?={_CONSONANT})){_GROUP}[ .-]\d{{1,4}}[ .-]{_GROUP}(?![\w'])"
    rf"|(?<![.,:-])\d{{1,3}}[ -](?!cm|km|kg|mm|mg|ml|jr|st){_CONSONANT}{{2,3}}"
    r"[ -]\d{1,3}(?![\w.,:]))"
)
# Whichever of its two forms it has, digits stand before a group of consonants.
LOOSE_PLATE_SIGN = rf"\d[ .-]{_CONSONANT}{{1,3}}(?!\w)"
ANNOUNCED_PLATE = "".join(
    (
        r"\b(?:kenteken|kentekennummer|kentekenplaat|gekentekend|plaat)\b",
        r"(?: (?:nr\.?|iets|met|is|was|van|begint|eindigt|op|nummer|nummers|deels|mogelijk)){0,3}",
        r"[ :.\u2026?*-]*",
        rf"(?P<value>(?-i:{_plates(_ANY, _BETWEEN)})",
        r"|\d{1,3}-[a-z]{1,3}|[a-z]{1,3}-\d{1,3}",
        r"|[a-z\d]{1,3}(?:[ -](?!om|in|op|en|is)[a-z]?\d[a-z\d]{0,3}){1,2}",
        r"|(?=\w*\d)[a-z\d]{5,8}",
        r"|(?-i:[A-Z]{1,3}[ -]\d{1,4}[ -][A-Z]{1,2}))\b",
    )
)
# A plate with signs for what could not be read: `H-7?9-LB`, `4?-XK-*1`.
PARTLY_READ_PLATE = (
    r"(?<![\w?*-])(?=[\w-]{0,8}[?*])(?=[\w?*-]{0,10}\d)(?=[\w?*-]{0,10}[a-z])"
    r"[a-z\d?*]{1,3}-[a-z\d?*]{1,3}-[a-z\d?*]{1,3}(?![\w-])"
)
