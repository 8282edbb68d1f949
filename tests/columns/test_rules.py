"""What a form may hold, what calls a column in the chat, and how a body is read."""

import pytest

from columns.rules import (
    ColumnDraft,
    ItemDraft,
    Medium,
    Piece,
    blocks,
    check_code,
    check_column,
    check_item,
    clashing,
    missing,
    pieces,
    read_call,
    read_number,
    split_words,
)
from core.errors import Invalid


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("静静 3", ("静静", 3)),
        ("静静3", ("静静", 3)),
        ("静静第12期", ("静静", 12)),
        ("静静 第 2 集", ("静静", 2)),
        ("静静", None),
        ("3", None),
        ("第3期", None),
        ("静静 3块钱", None),
        ("", None),
        ("静静 12345", ("静静 1", 2345)),
    ],
)
def test_a_column_and_its_number_are_read_from_few_words(words: str, call: tuple[str, int] | None):
    assert read_call(words) == call


@pytest.mark.parametrize(
    ("words", "number"), [("3", 3), ("第3期", 3), ("12", 12), ("三", None), ("3元", None), ("1" * 9, None)]
)
def test_a_number_alone_chooses(words: str, number: int | None):
    assert read_number(words) == number


@pytest.mark.parametrize(
    ("word", "told"),
    [("人工", "另有用处"), ("123", "另有用处"), ("？！", "另有用处"), ("小明3", "混淆"), ("字" * 21, "太长")],
)
def test_words_that_mean_something_else_are_refused(word: str, told: str):
    with pytest.raises(Invalid, match=told):
        check_column(ColumnDraft("小明务工记", words=(word,)))


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (ColumnDraft(" "), "请填写栏目名称"),
        (ColumnDraft("题" * 21), "最多 20 个字，现在有 21 个"),
        (ColumnDraft("题", "简" * 101), "最多 100 个字"),
        (ColumnDraft("题", words=tuple(f"口令{c}" for c in "甲乙丙丁戊己庚辛壬癸子")), "最多 10 个"),
    ],
)
def test_a_columns_settings_are_told_what_is_wrong(draft: ColumnDraft, told: str):
    with pytest.raises(Invalid, match=told):
        check_column(draft)


@pytest.mark.parametrize("code", ["", "UPPER", "a b", "-a", "a/b", "new", "a" * 41, "小明"])
def test_a_short_name_must_be_able_to_stand_in_an_address(code: str):
    with pytest.raises(Invalid, match="短名"):
        check_code(code)


def test_words_are_split_however_people_part_them():
    assert split_words("小明、务工记， 明明;\n工友") == ("小明", "务工记", "明明", "工友")


def test_a_word_of_another_column_is_found_however_it_is_written():
    assert clashing(["ＡＢＣ"], [("别的", ["abc"])]) == ("ＡＢＣ", "别的")
    assert clashing(["静静有问题"], [("静静有问题", [])]) == ("静静有问题", "静静有问题")
    assert clashing(["小明"], [("静静", ["问问"])]) is None


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (ItemDraft(1, ""), "请填写标题"),
        (ItemDraft(1, "题" * 33), "最多 32 个字"),
        (ItemDraft(0, "题"), "期号"),
        (ItemDraft(10_000, "题"), "期号"),
        (ItemDraft(1, "题", kind="poem"), "形式"),
        (ItemDraft(1, "题", digest="摘" * 121), "最多 120 个字，现在有 121 个"),
        (ItemDraft(1, "题", body="字" * 20_001), "正文最多"),
        (ItemDraft(1, "题", media=tuple(Medium(f"{n}.jpg") for n in range(21))), "最多 20 张"),
    ],
)
def test_an_issue_is_told_what_is_wrong(draft: ItemDraft, told: str):
    with pytest.raises(Invalid, match=told):
        check_item(draft)


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (ItemDraft(1, "题"), "正文"),
        (ItemDraft(1, "题", kind="pictures"), "图片"),
        (ItemDraft(1, "题", kind="sound", media=(Medium("a.mp4"),)), "音频"),
        (ItemDraft(1, "题", kind="video", media=(Medium("a.mp3"),)), "视频"),
        (ItemDraft(1, "题", kind="entry"), "问答编号"),
        (ItemDraft(1, "题", kind="entry", entry_code="gone"), "gone"),
    ],
)
def test_what_an_issue_lacks_before_it_goes_live(draft: ItemDraft, told: str):
    assert told in missing(draft, entry_known=False)


def test_a_complete_issue_lacks_nothing():
    assert missing(ItemDraft(1, "题", body="正文"), entry_known=False) == ""
    assert missing(ItemDraft(1, "题", kind="entry", entry_code="x"), entry_known=True) == ""
    assert missing(ItemDraft(1, "题", kind="video", media=(Medium("a.mp4"),)), entry_known=False) == ""


def test_a_body_is_read_into_its_parts():
    body = "一段话。\n\n## 小标题\n- 甲\n- 乙\n\n1. 先\n2. 后\n又一段\n3. 再\n> 引用\n[图2]"
    found = [(block.kind, len(block.lines), block.start, block.picture) for block in blocks(body)]
    assert found == [
        ("paragraph", 1, 1, 0),
        ("heading", 1, 1, 0),
        ("bullets", 2, 1, 0),
        ("numbers", 2, 1, 0),
        ("paragraph", 1, 1, 0),
        ("numbers", 1, 3, 0),
        ("quote", 1, 1, 0),
        ("picture", 0, 1, 2),
    ]


@pytest.mark.parametrize("line", ["3.5倍工资", "-5度也要上班", "#标签", "12351 热线", "[图]"])
def test_what_only_looks_like_a_mark_stays_text(line: str):
    assert [block.kind for block in blocks(line)] == ["paragraph"]


def test_bold_words_and_links_are_found_in_a_line():
    assert list(pieces("看**这里**，或[网页](https://a.cn/x?y=1)。")) == [
        Piece("看"),
        Piece("这里", bold=True),
        Piece("，或"),
        Piece("网页", link="https://a.cn/x?y=1"),
        Piece("。"),
    ]


@pytest.mark.parametrize(
    "line", ["[点](javascript:alert(1))", "[点](data:text/html,x)", "[点](//evil.cn)", "[点](ftp://a)"]
)
def test_a_link_leads_to_web_pages_only(line: str):
    assert all(not piece.link for piece in pieces(line))
