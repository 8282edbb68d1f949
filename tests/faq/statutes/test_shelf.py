"""The library: found by what people call a statute."""

from datetime import date

import pytest

from faq.statutes.changes import changed, replaced
from faq.statutes.shelf import Library, Volume
from tests.faq.statutes.samples import EXPLANATION, article, shelf_of, statute, usual_shelf

LIBRARY = shelf_of(
    statute("劳动合同法"),
    statute("工伤保险条例"),
    statute("社会保险法"),
    statute(EXPLANATION, title=EXPLANATION),
    statute("某省工会条例", title="某省工会条例"),
    statute("关于示例问题的通知", article(1, chapter="一、示例"), title="关于示例问题的通知"),
).library


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("劳动合同法", "劳动合同法"),
        ("中华人民共和国劳动合同法", "劳动合同法"),
        ("《劳动合同法》", "劳动合同法"),
        ("《中华人民共和国劳动合同法》", "劳动合同法"),
        ("新劳动合同法", "劳动合同法"),
        ("工伤条例", "工伤保险条例"),
        ("社保法", "社会保险法"),
        ("司法解释一", EXPLANATION),
        ("司法解释（一）", EXPLANATION),
        ("法释〔2020〕26号", EXPLANATION),
        (EXPLANATION.replace("（一）", "(一)"), EXPLANATION),
        ("某省工会条例", "某省工会条例"),
        ("关于示例问题的通知", "关于示例问题的通知"),
    ],
)
def test_statutes_are_found_by_their_names(said: str, name: str):
    found = LIBRARY.find(said)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("said", ["", "劳动法", "劳动合同", "法", "《》", "司法解释二", "x" * 500])
def test_what_the_library_lacks_is_not_found(said: str):
    assert LIBRARY.find(said) is None


def test_what_workers_look_for_first_stands_first():
    names = [volume.name for volume in LIBRARY.volumes]
    assert names[0] == "劳动合同法"
    assert set(names[-2:]) == {"某省工会条例", "关于示例问题的通知"}


def test_articles_and_those_beside_them():
    volume = usual_shelf().library.volumes[0]
    assert volume.titled == "《劳动合同法》（2012年修正）"
    assert volume.article(4, 1) is not None
    assert volume.article(99) is None
    labels = [beside.label if (beside := volume.beside(*at)) else None for at in BESIDE]
    assert labels == ["第四条之一", "第五条", "第四条", "第一条", None, None, None]


BESIDE = [(4, 0, 1), (4, 1, 1), (4, 1, -1), (0, 0, 1), (30, 0, 1), (1, 0, -1), (77, 0, -1)]


def test_a_notice_numbered_by_its_headings_is_known():
    assert [volume.itemised for volume in LIBRARY.volumes].count(True) == 1


def test_an_outdated_text_says_so_and_a_newer_one_does_not():
    old = statute("住房公积金管理条例", version=date(2019, 3, 24))
    new = statute("住房公积金管理条例", version=date(2026, 8, 10))
    assert "2026年9月20日" in replaced(old)
    assert replaced(new) == ""


def test_an_article_that_was_repealed_in_part_says_so():
    volume = Volume(statute(EXPLANATION, article(31), article(32), version=date(2020, 12, 29)))
    assert "废止" in changed(volume.statute, volume.articles[1])
    assert changed(volume.statute, volume.articles[0]) == ""
    assert replaced(volume.statute) == ""


def test_an_empty_library_finds_nothing():
    assert Library(()).find("劳动合同法") is None
