"""Forms that are looked for together in a stretch of text, as far as it has digits for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.stretches import Size

__all__ = ["DIGITS", "Form", "Pattern", "Sought", "pattern"]

DIGITS = ("0-9",)
"""What a pattern needs that is looked for near digits only."""
# Where a word or a number begins.
_EDGE = r"\b"
_DIGIT = r"\d"


class Form(NamedTuple):
    """One form of a pattern, and what a stretch of the text must have for it to be there."""

    digits: int
    """At least so many digits."""
    run: int
    """At least so many of them side by side."""
    expression: str
    hyphen: bool = False
    """Whether there must be a hyphen."""
    sign: str = ""
    """What occurs wherever the form does, sought at a fraction of the cost as it minds the case."""

    def fits(self, size: Size) -> bool:
        """Whether a stretch of such a size may hold it."""
        digits, run, hyphen = size
        return self.digits <= digits and self.run <= run and (hyphen or not self.hyphen)


class _Fitting(dict[Size, "Sought | None"]):
    """The forms that a stretch of a size may hold, as one expression; None if there are none."""

    def __init__(self, forms: list[Form]) -> None:
        super().__init__()
        self._forms = forms

    def __missing__(self, size: Size) -> Sought | None:
        forms = [form for form in self._forms if form.fits(size)]
        self[size] = found = _sought(forms) if forms else None
        return found


class Sought(NamedTuple):
    """Forms as one expression; where their `sign` is not, neither is any of them."""

    expression: re.Pattern[str]
    sign: re.Pattern[str] | None

    def within(self, text: str, start: int, end: int) -> Iterable[re.Match[str]]:
        """Where they are between two places of a text."""
        if self.sign is not None and self.sign.search(text, start, end) is None:
            return ()
        return self.expression.finditer(text, start, end)


def _sought(forms: list[Form]) -> Sought:
    whole = "|".join(form.expression for form in forms)
    if all(form.expression.startswith(_EDGE) for form in forms):
        # Elsewhere none of them needs to be tried.
        rest = "|".join(form.expression.removeprefix(_EDGE) for form in forms)
        whole = rf"{_EDGE}(?:{rest})"
    signs = dict.fromkeys(form.sign for form in forms)
    return Sought(re.compile(whole, re.IGNORECASE), _one_sign(signs) if all(signs) else None)


def _one_sign(signs: Iterable[str]) -> re.Pattern[str]:
    """One of the signs; where all begin with a digit, nothing is tried but where one stands."""
    if all(sign.startswith(_DIGIT) for sign in signs):
        return re.compile(rf"{_DIGIT}(?:{'|'.join(sign.removeprefix(_DIGIT) for sign in signs)})")
    return re.compile("|".join(signs))


class Pattern(NamedTuple):
    """Forms that are looked for together."""

    needs: tuple[str, ...]
    """A cheap test: one of these occurs in lower case, or else the pattern is not looked for."""
    mark: Mark | None
    group: int | str
    """What of the expression goes."""
    fitting: _Fitting


def pattern(needs: tuple[str, ...], mark: Mark | None, *forms: str | Form) -> Pattern:
    """A pattern; a form by itself asks for one digit only, and the group `value` is what goes."""
    read = [form if isinstance(form, Form) else Form(1, 1, form) for form in forms]
    announced = any("(?P<value>" in form.expression for form in read)
    return Pattern(needs, mark, "value" if announced else 0, _Fitting(read))
