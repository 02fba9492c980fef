"""The forms of mail, sites and accounts, also as they are spoken."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.shapes import pattern

__all__ = ["DOTS", "ONLINE"]

# The pattern needs a full stop inside a word, and is looked for near those only.
DOTS = (".",)
_TOP = "(?:nl|com|org|net|eu|be|de|info|nu|tk|me|io|fr|pl|co[.]uk|tv|gg|site|online|shop)"
_AT = r"(?:apenstaart(?:je)?|\(at\)|\[at\]|\{at\}|at)"
_DOT = r"(?: ?(?:punt(?:je)?|dot|[(\[{](?:punt|dot|\.)[)\]}]) ?|\.)"
# After an "(at)" the full stops may stand apart.
_LOOSE_DOT = r"(?: ?(?:punt|dot|[(\[{](?:punt|dot|\.)[)\]}]|\.) ?)"
_PROVIDERS = "gmail|hotmail|outlook|icloud|ziggo|kpnmail|yahoo|protonmail|proton"
ONLINE = (
    pattern(
        ("@",),
        Mark.EMAIL,
        r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
        r"[\w.+-]{1,64} ?@ ?[\w-]{1,64}(?: ?\. ?[\w-]{1,64})* ?\.? ?" + _TOP + r"\b",
    ),
    pattern(("@",), Mark.ACCOUNT, r"@ ?[\w.]{1,64}\w"),
    pattern(
        ("apenstaart", "(at)", "[at]", "punt"),
        Mark.EMAIL,
        rf"\b[\w.-]{{1,64}}(?:{_DOT}[\w-]{{1,64}}){{0,4}} ?{_AT} ?"
        rf"[\w-]{{1,64}}(?:{_DOT}[\w-]{{1,64}}){{0,4}}?{_DOT}{_TOP}\b",
    ),
    pattern(
        ("(at)", "[at]", "{at}", "(apenstaart"),
        Mark.EMAIL,
        rf"[\w.-]{{1,64}} ?[(\[{{](?:at|apenstaart(?:je)?)[)\]}}] ?"
        rf"[\w-]{{1,64}}(?:{_LOOSE_DOT}[\w-]{{1,64}}){{0,4}}?{_LOOSE_DOT}[a-z]{{2,8}}\b",
    ),
    pattern(
        tuple(_PROVIDERS.split("|")),
        Mark.EMAIL,
        r"\b[\w.-]{1,64}(?: (?:punt|streepje|underscore) [\w-]{1,64}){0,4} "
        r"(?:at|bij|apenstaart(?:je)?) "
        rf"(?:{_PROVIDERS})(?:{_DOT}| )(?:com|nl|net|me)\b",
    ),
    pattern(
        ("www",),
        Mark.WEBSITE,
        rf"\bwww(?:{_DOT}[\w-]{{1,64}}){{1,5}}",
    ),
    pattern((" punt ",), Mark.WEBSITE, r"\b[\w-]{3,64} punt (?:nl|com|be|eu|org|net|info|nu)\b"),
    pattern(
        ("http", "www.", ".nl", ".com", ".org", ".net", ".eu", ".be", ".de", ".info", ".example"),
        Mark.WEBSITE,
        r"https?://\S{0,500}[\w/]",
        r"\bwww\.\S{0,500}[\w/]",
        r"(?<![\w@.])(?!bol\.com|marktplaats\.nl|booking\.com)[\w-]{1,64}(?:\.[\w-]{1,64}){0,4}"
        r"\.(?:nl|com|org|net|eu|be|de|info|example)\b(?:/[^\s,)]{0,500}\w)?",
    ),
    pattern(
        DOTS,
        Mark.WEBSITE,
        # A site under any country or top name: `beelden.on-the-net.cc`.
        r"(?<![\w.@/-])[a-z][a-z\d]{2,64}(?:\.[a-z\d]{1,64}(?:-[a-z\d]{1,64}){0,8}){1,4}"
        r"\.(?:cc|app|xyz|tk|ws|biz|club|live|link|page|ly|to|cloud|social|fans)\b",
        # A name with a hyphen before a top name that is also a word: `coach-reggie.nu`.
        r"(?<![\w.@/-])[a-z\d]{2,64}(?:-[a-z\d]{1,64}){1,8}\.(?:nu|me|shop|online|site|io|tv|frl)\b",
    ),
    pattern(
        ("_",),
        Mark.ACCOUNT,
        r"(?<![\w@])[\w.-]{0,64}\w_[\w.-]{0,64}\w",
        r"(?<!\w)_\w+",
        r"(?<![\w@])[a-z][\w.-]{1,64}_(?!\w)",
    ),
    pattern(
        DOTS,
        Mark.ACCOUNT,
        r"(?<![\w.@/])(?=[\w.]{0,64}[a-z])(?=[\w.]{0,64}\d)[a-z0-9]{2,}(?:\.[a-z0-9]{2,})+(?![\w/])",
        r"(?<![\w.@/])[a-z]{2,}(?:\.[a-z]{2,}){2,}(?![\w/])",
    ),
)
