"""Citations of statutes."""

from pathlib import Path

import pytest

from core.errors import ConfigError, Invalid
from faq.citations import Citation, Law, check_citation, chinese_number, parse_citation, read_laws

LAWS = {"劳动合同法": Law("劳动合同法", "2012-12-28", 98, True)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("九十八", 98), ("一百", 100)),
        *(("一百零七", 107), ("一百一十", 110), ("一百二十三", 123), ("一千一百八十三", 1183)),
    ],
)
def test_chinese_numbers(text: str, number: int):
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("《劳动合同法》第九条", 9),
        (" 《劳动合同法》第八十四条第二款 ", 84),
        ("《劳动合同法》第三十九条第（二）项", 39),
        ("《劳动合同法》第三十九条第二项", 39),
        ("《劳动合同法》第四十条之一第一款第三项", 40),
    ],
)
def test_a_citation_is_understood(text: str, article: int):
    assert parse_citation(text) == Citation("劳动合同法", article)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "劳动合同法第九条",
        "《劳动合同法》",
        "《劳动合同法》第9条",
        "《劳动合同法》第条",
        "《劳动合同法》第九条等",
    ],
)
def test_anything_else_is_told_how_to_be_written(text: str):
    with pytest.raises(Invalid, match="应写成"):
        parse_citation(text)


def test_a_law_or_an_article_that_does_not_exist_is_found():
    assert check_citation("《劳动合同法》第九十八条", LAWS) is None
    assert "只有 98 条" in str(check_citation("《劳动合同法》第九十九条", LAWS))
    assert "laws.yaml" in str(check_citation("《劳动和平法》第一条", LAWS))
    assert "应写成" in str(check_citation("见劳动法", LAWS))


@pytest.mark.parametrize(
    "text", ["- {name: x}", "5", "[1]", "- {name: x, version: y, articles: many}", "a: ["]
)
def test_a_broken_list_of_laws_is_told(tmp_path: Path, text: str):
    path = tmp_path / "laws.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"laws\.yaml"):
        read_laws(path)
