"""What two people wrote for the same thing."""

import pytest

from core.differences import Difference, find_differences


def test_only_what_differs_is_told():
    found = find_differences({"名称": "押金", "优先级": "3"}, {"名称": "保证金", "优先级": "3"})
    assert found == [Difference("名称", stored="押金", typed="保证金")]


def test_space_around_a_text_is_no_difference():
    assert find_differences({"正文": "退押金\n"}, {"正文": " 退押金"}) == []


def test_both_sides_have_the_same_titles():
    with pytest.raises(KeyError):
        find_differences({"名称": "押金"}, {})
