"""How many texts of 150 words the masking does a second, on one core.

One process, processor time; the texts are those of the corpus, joined and cut to 150 words each.
The first round meets each word for the first time, which costs more once: what is seen of a word,
and what it weighs beside another, is remembered. Then the best of several rounds.
"""

from __future__ import annotations

import re
import time

from benchmarks.masking_recall import PARTS, read_corpus
from ketensluis.redaction.masking import Masker

__all__ = ["main"]

_WORDS = 150
_ROUNDS = 5


def _texts() -> list[str]:
    joined = "\n".join(text.text for part in PARTS for text in read_corpus(part))
    words = re.findall(r"\S+\s*", joined)
    return ["".join(words[at : at + _WORDS]) for at in range(0, len(words) - _WORDS, _WORDS)]


def main() -> None:
    """Print the time that loading takes, and texts a second."""
    before = time.process_time()
    masker = Masker.load()
    print(f"loading      {time.process_time() - before:8.2f} s")
    texts = _texts()
    first = _round(masker, texts)
    best = min(_round(masker, texts) for _ in range(_ROUNDS))
    print(f"words unmet  {len(texts) / first:8.0f} texts of {_WORDS} words a second, one core")
    print(f"masking      {len(texts) / best:8.0f} texts of {_WORDS} words a second, one core")
    print(f"             {best / len(texts) * 1e3:8.2f} ms of processor time a text")


def _round(masker: Masker, texts: list[str]) -> float:
    before = time.process_time()
    for text in texts:
        masker.mask(text)
    return time.process_time() - before


if __name__ == "__main__":
    main()
