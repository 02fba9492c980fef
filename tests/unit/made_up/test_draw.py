"""Chance: the same for a seed on every Python, and fair."""

from collections import Counter

from ketensluis.made_up.draw import Draw, Weighted


def test_draws_of_a_seed_are_the_same_on_every_version_of_python():
    draw = Draw(1, "plan")
    assert [draw.whole(0, 999_999) for _ in range(4)] == [943_367, 260_211, 83181, 850_997]


def test_whole_numbers_reach_both_ends():
    draw = Draw(2)
    assert {draw.whole(1, 3) for _ in range(100)} == {1, 2, 3}


def test_weights_are_kept_to():
    draw = Draw(3)
    found = Counter(draw.weighted(Weighted((("a", 9), ("b", 1)))) for _ in range(2_000))
    assert 0.87 < found["a"] / 2_000 < 0.93
