"""Statutes in files: what is read, what is doubted, what is refused."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from faq.statutes.numbering import label
from faq.statutes.text import MAX_FILE_BYTES, BadFile, StatuteText, read_folder, read_statute
from tests.faq.statutes.samples import SAMPLE, write

HEAD = "# 工友法\n\n<!-- INFO END -->\n\n"


def read(folder: Path, text: str = SAMPLE, name: str = "工友法(2020-05-01).md") -> StatuteText:
    return read_statute(write(folder, text, name))[0]


def doubts(folder: Path, body: str) -> list[str]:
    return [str(doubt) for doubt in read_statute(write(folder, HEAD + body))[1]]


def refusal(folder: Path, text: str | bytes, name: str = "工友法(2020-05-01).md") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadFile) as caught:
        read_statute(path)
    return str(caught.value.problem)


def test_a_file_gives_name_title_version_and_how_it_came_about(tmp_path: Path):
    found, warnings = read_statute(write(tmp_path))
    assert warnings == []
    assert (found.name, found.title) == ("工友法", "中华人民共和国工友法")
    assert (found.version, found.source) == (date(2020, 5, 1), "工友法(2020-05-01).md")
    assert found.info.split("\n")[1].endswith("第一次修正")


def test_articles_keep_their_chapter_section_and_paragraphs(tmp_path: Path):
    articles = read(tmp_path).articles
    assert [(a.number, a.branch) for a in articles] == [(1, 0), (2, 0), (3, 0), (4, 0), (4, 1), (5, 0)]
    assert articles[1].text == "工友之间应当互相帮助：\n（一）借工具；\n（二）报平安。\n互相帮助不收费。"
    assert (articles[0].chapter, articles[0].section) == ("第一章 总则", "")
    assert (articles[3].chapter, articles[3].section) == ("第二章 宿舍", "第二节 特别规定")
    assert (articles[5].chapter, articles[5].section) == ("第三章 附则", "")


def test_an_appendix_is_no_part_of_the_last_article(tmp_path: Path):
    found = read(tmp_path)
    assert found.articles[-1].text == "本法自公布之日起施行。"
    assert found.appendix == "附录：\n工具清单\n一、锤子：\n（一）大锤；"


def test_an_appendix_may_be_a_heading_and_hold_articles_of_its_own(tmp_path: Path):
    found = read(tmp_path, HEAD + "第一条 甲。\n\n## 附件\n\n第一条 乙。\n## 表\n丙")
    assert len(found.articles) == 1
    assert found.appendix == "附件\n第一条 乙。\n表\n丙"


def test_what_stands_before_the_first_article_is_the_preamble(tmp_path: Path):
    found = read(tmp_path, HEAD + "为了正确写测试，制定本解释。\n\n第一条 甲。")
    assert found.preamble == "为了正确写测试，制定本解释。"


def test_a_notice_with_numbered_headings_gives_an_article_each(tmp_path: Path):
    found = read(tmp_path, HEAD + "各单位：\n\n## 一、工具的借用\n\n借一天。\n\n## 二\n还要还。")
    assert [(a.number, a.chapter, a.text) for a in found.articles] == [
        (1, "一、工具的借用", "借一天。"),
        (2, "二", "还要还。"),
    ]
    assert found.preamble == "各单位："


def test_arabic_numbers_and_wide_spaces_are_articles_too(tmp_path: Path):
    found = read(tmp_path, HEAD + "第1条　甲。\n第二条 乙。")
    assert [(a.number, a.text) for a in found.articles] == [(1, "甲。"), (2, "乙。")]


def test_a_paragraph_that_only_speaks_of_an_article_is_none(tmp_path: Path):
    found = read(tmp_path, HEAD + "第一条 甲。\n第二条规定的除外。\n第二条 乙。")
    assert [a.text for a in found.articles] == ["甲。\n第二条规定的除外。", "乙。"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path):
    plain = read(tmp_path)
    (tmp_path / "工友法(2020-05-01).md").write_bytes(b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode())
    assert read_statute(tmp_path / "工友法(2020-05-01).md")[0] == plain


@pytest.mark.parametrize("name", ["工友法（2020-05-01）.md", "工友法(2020-5-1).md", "工友法 (2020-05-01).MD"])
def test_the_date_in_the_name_may_be_written_in_several_ways(tmp_path: Path, name: str):
    found = read(tmp_path, name=name)
    assert (found.name, found.version) == ("工友法", date(2020, 5, 1))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("第一条 甲。\n第二条 乙。\n第二条 丙。", ["第 7 行：第二条在第 6 行已经有了；这一段接在第二条后面"]),
        ("第一条 甲。\n第四条 乙。", ["第 6 行：第四条前面缺第二条到第三条"]),
        ("第二条 甲。", ["第 5 行：第二条前面缺第一条"]),
        (
            "第一条 甲。\n第三条 乙。\n第二条 丙。",
            ["第 6 行：第三条前面缺第二条", "第 7 行：第二条排在第三条后面，顺序不对"],
        ),
        ("第一条\n第二条 乙。", ["第 5 行：第一条没有内容"]),
        (
            "## 第一章\n第一条 甲。\n## 第二章\n没有条号。\n第二条 乙。",
            ["第 8 行：章节标题下的这段文字没有条号，接在第一条后面了"],
        ),
        ("第一条 甲。\n第一条之一 乙。\n第二条 丙。", []),
        ("第一条\n甲。", []),
    ],
)
def test_doubts_name_file_and_line(tmp_path: Path, body: str, told: list[str]):
    assert doubts(tmp_path, body) == [f"工友法(2020-05-01).md {line}" for line in told]


def test_nothing_is_lost_when_a_number_comes_twice(tmp_path: Path):
    found = read(tmp_path, HEAD + "第一条 甲。\n第二条 乙。\n第二条 丙。\n丁。")
    assert found.articles[1].text == "乙。\n第二条 丙。\n丁。"


def test_articles_out_of_order_are_put_in_order(tmp_path: Path):
    found = read(tmp_path, HEAD + "第二条 乙。\n第一条 甲。")
    assert [a.number for a in found.articles] == [1, 2]


def test_a_title_unlike_the_file_name_and_a_missing_mark_are_doubted(tmp_path: Path):
    found, told = read_statute(write(tmp_path, "# 别的法\n\n2020年通过\n\n第一条 甲。"))
    assert found.info == "2020年通过"
    assert "与文件名里的「工友法」不一样" in str(told[0])
    assert "INFO END" in str(told[1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "第 1 行：文件是空的"),
        (b"\n \n\n", "第 1 行：文件是空的"),
        (SAMPLE.encode("gb18030"), "第 1 行：文字编码不是 UTF-8"),
        ("# 好\n第一条 甲\n".encode() + b"\xff\xfe", "第 3 行：文字编码不是 UTF-8"),
        (b"# a\n\x89PNG\0\0", "第 2 行：不是文本文件"),
        ("工友法\n第一条 甲。", "第 1 行：第一行应是法规的全称"),
        ("\n\n## 第一章\n第一条 甲。", "第 3 行：第一行应是法规的全称"),
        ("#\n第一条 甲。", "第 1 行：第一行应是法规的全称"),
        ("# 工友法\n没有条文。", "第 2 行：没有读到条文"),
        ("# 工友法\n\n<!-- INFO END -->", "第 3 行：没有读到条文"),
        (f"# {'长' * 201}\n第一条 甲。", "第 1 行：标题超过 200 个字"),
        (f"# 工友法\n<!-- INFO END -->\n## {'长' * 201}\n第一条 甲。", "第 3 行：章节标题超过 200 个字"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, text: str | bytes, told: str):
    assert refusal(tmp_path, text).startswith(f"工友法(2020-05-01).md {told}")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("工友法.md", "文件名应写成"),
        ("(2020-05-01).md", "文件名应写成"),
        ("工友法(2020-13-41).md", "「2020-13-41」不是一个日期"),
        ("工友法(0000-01-01).md", "「0000-01-01」不是一个日期"),
    ],
)
def test_a_bad_file_name_is_refused(tmp_path: Path, name: str, told: str):
    assert told in refusal(tmp_path, SAMPLE, name)


def test_a_name_too_long_for_the_table_is_refused():
    path = Path("长" * 121 + "(2020-05-01).md")  # more than most file systems take
    with pytest.raises(BadFile, match="超过 120 个字"):
        read_statute(path)


def test_a_huge_file_is_not_read(tmp_path: Path):
    assert "超过 5 MB" in refusal(tmp_path, b"x" * (MAX_FILE_BYTES + 1))


def test_a_folder_is_read_but_for_what_is_no_statute(tmp_path: Path):
    write(tmp_path)
    for name in ("README.md", ".hidden(2020-01-01).md", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "目录(2020-01-01).md").mkdir()
    found = read_folder(tmp_path)
    assert [text.name for text in found.texts] == ["工友法"]
    assert ["目录" in str(error) for error in found.errors] == [True]


def test_one_bad_file_costs_nothing_of_the_others(tmp_path: Path):
    write(tmp_path)
    (tmp_path / "坏法(2020-01-01).md").write_bytes(b"\0")
    write(tmp_path, SAMPLE, "中文名(没有日期).md")
    found = read_folder(tmp_path)
    assert len(found.texts) == 1
    assert len(found.errors) == 2


def test_the_same_version_twice_is_taken_once(tmp_path: Path):
    write(tmp_path)
    write(tmp_path, SAMPLE, "工友法（2020-05-01）.md")
    found = read_folder(tmp_path)
    assert len(found.texts) == 1
    assert "同一部法规的同一版本" in str(found.errors[0])


def test_a_folder_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path):
    with pytest.raises(Invalid, match="读不到文件夹"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(Invalid, match="没有法规文件"):
        read_folder(tmp_path)


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
LAZY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAZY
@given(
    lines=st.lists(
        LINE
        | st.sampled_from(
            ["第一条 甲", "第二条 乙", "## 第一章", "### 第一节", "附录：", "## 一、", "<!-- INFO END -->"]
        )
    )
)
def test_any_text_gives_a_statute_or_a_polite_refusal(tmp_path: Path, lines: list[str]):
    path = write(tmp_path, "# 工友法\n" + "\n".join(lines))
    try:
        found, warnings = read_statute(path)
    except BadFile as error:
        assert str(error.problem).startswith("工友法(2020-05-01).md")
        return
    keys = [(a.number, a.branch) for a in found.articles]
    assert keys == sorted(set(keys))
    assert all(str(warning).startswith("工友法(2020-05-01).md 第 ") for warning in warnings)


@LAZY
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_statute_or_a_polite_refusal(tmp_path: Path, data: bytes):
    path = tmp_path / "工友法(2020-05-01).md"
    path.write_bytes(data)
    try:
        read_statute(path)
    except BadFile as error:
        assert error.problem.message


@LAZY
@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=30))
def test_what_was_written_is_read_again(tmp_path: Path, counts: list[int]):
    articles = [[f"第{n}之{k}段。" for k in range(count)] for n, count in enumerate(counts, 1)]
    body = "\n\n".join(f"{label(n)} " + "\n\n".join(paragraphs) for n, paragraphs in enumerate(articles, 1))
    found, warnings = read_statute(write(tmp_path, HEAD + body))
    assert warnings == []
    assert [a.text.split("\n") for a in found.articles] == articles
