"""Agreement against examples that others worked out, and by hand."""

import pytest

from campaigns.jury.agreement import Mark, agree, krippendorff, share_of_same

KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""Four observers, twelve units, missing data: "Computing Krippendorff's Alpha-Reliability" (2011), section C."""
TWO = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
"""The same paper, section A: two observers, binary data."""


def units(table: tuple[str, ...]) -> list[list[int]]:
    return [
        [int(one) for one in column if one != "."]
        for column in zip(*(line.split() for line in table), strict=True)
    ]


def test_alpha_is_as_its_author_worked_it_out():
    assert krippendorff(units(KRIPPENDORFF), interval=False) == pytest.approx(0.743, abs=5e-4)
    assert krippendorff(units(KRIPPENDORFF), interval=True) == pytest.approx(0.849, abs=5e-4)
    assert krippendorff(units(TWO), interval=False) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_full_agreement_of_opposition_and_of_nothing():
    assert krippendorff([[1, 1], [0, 0]], interval=False) == 1
    assert krippendorff([[1, 0], [1, 0]], interval=False) < 0
    assert krippendorff([[1, 1], [1, 1]], interval=False) is None
    assert krippendorff([[1], [0]], interval=False) is None
    assert krippendorff([], interval=True) is None


def test_same_votes_are_counted_in_pairs():
    assert share_of_same([[1, 1, 0]]) == pytest.approx(1 / 3)
    assert share_of_same([[1, 1], [0, 0], [1]]) == 1
    assert share_of_same([[1]]) is None


def test_each_juror_beside_the_others_and_the_entries_they_differ_on():
    marks = [
        Mark(1, 10, 5, 8),
        Mark(2, 10, 5, 4),
        Mark(3, 10, 2, 6),
        Mark(1, 11, 4, 2),
        Mark(2, 11, 4),
        Mark(3, 12, 1),
    ]
    found = agree(marks, interval=True)
    one, two, three = found.jurors
    assert (one.count, one.mean, one.spread, one.seconds) == (2, 4.5, 0.5, 5)
    assert one.distance == pytest.approx((1.5 + 0) / 2)
    assert two.seconds == 4
    assert three.distance == pytest.approx(3)
    assert [(line.number, line.marks) for line in found.apart] == [(10, [2, 5, 5])]


def test_who_judged_alone_has_no_distance():
    assert agree([Mark(1, 1, 3)], interval=True).jurors[0].distance is None
