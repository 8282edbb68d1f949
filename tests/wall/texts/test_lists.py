"""The files of words: what staff may write in them, and that the shipped ones are sound."""

import pytest

from core.errors import Invalid
from wall.texts.lists import Category, Word, honest_contexts, read_words, shipped_list, writings


def read(tmp_path, *lines: str):
    path = tmp_path / "words.csv"
    path.write_text("\n".join(("word,category,means,exact", *lines)), "utf-8")
    return read_words(path)


def test_a_row_is_a_word_with_its_category_and_what_it_means(tmp_path):
    words, errors = read(tmp_path, "刷单,广告引流,,", "煞笔,辱骂,傻逼,是")
    assert not errors
    assert words == [
        Word("刷单", Category.ADVERTISING, "刷单", exact=False),
        Word("煞笔", Category.INSULT, "傻逼", exact=True),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("刷,广告引流,,", "2 到"),
        ("刷 单,广告引流,,", "没有空格"),
        ("刷单,坏话,,", "没有「坏话」这个类别，可以写：广告引流、"),
        ("刷单,广告引流,,maybe", "exact"),
        (f"{'长' * 21},辱骂,,", "20 个字"),
    ],
)
def test_a_bad_row_says_where_and_what(tmp_path, line, says):
    words, errors = read(tmp_path, "诈骗群,赌博诈骗,,", line)
    assert [word.written for word in words] == ["诈骗群"]
    assert len(errors) == 1 and errors[0].row == 3 and says in errors[0].message


def test_a_file_without_the_columns_is_refused(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(Invalid, match="word"):
        read_words(path)


def test_the_shipped_words_stand_once_and_those_that_mean_another_name_one():
    words = shipped_list()
    written = [word.written for word in words]
    assert len(words) > 800 and len(set(written)) == len(written)
    assert {word.means for word in words} <= set(written)
    assert set(Category) == {word.category for word in words}


def test_every_chinese_letter_of_the_list_has_a_syllable():
    letters = {
        letter
        for word in shipped_list()
        if not word.exact
        for letter in word.written
        if "一" <= letter <= "龥"
    }
    assert [letter for letter in letters if not writings().get(letter)] == []


def test_honest_contexts_stand_once():
    contexts = honest_contexts()
    assert len(set(contexts)) == len(contexts)
    assert not [context for context in contexts if len(context) < 2]
