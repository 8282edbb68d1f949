"""Helps beside the form: what the account answers now, what is there already, statutes, what people asked."""

import pytest

from faq.statutes.service import import_statutes
from staff.roles import Role
from tests.conftest import NOW, Home
from tests.faq.consoles import LIST, bring_in, refresh, typed
from tests.faq.entries import row
from tests.faq.gaps.conftest import said, told
from tests.faq.statutes.samples import text_of
from tests.staff.desk import Desk
from tests.staff.desk import text_of as words

AIDS = f"{LIST}/aids"
PIECE = {"HX-Request": "true"}


@pytest.fixture
def anna(house: Home) -> Desk:
    bring_in(
        house,
        row("deposit", "进厂要交押金合法吗？", alternates=("收保证金合法吗",), answer="不合法。"),
        row("overtime", "加班费怎么算？"),
    )
    bring_in(house, row("secret", "别人的秘密问题？"), place="others")
    return Desk(house, "anna", "ours", Role.ADMIN)


def test_trying_out_tells_what_the_account_answers_now(house: Home, anna: Desk):
    shown = words(anna.get(f"{AIDS}/try?question=收保证金合法吗", headers=PIECE))
    assert "直接回答第一条" in shown
    assert "进厂要交押金合法吗？" in shown
    assert "转人工" in words(anna.get(f"{AIDS}/try?question=今天天气", headers=PIECE))
    anna.post(f"{LIST}/new", typed(question="食堂几点开门？", alternates="", answer="十一点。", go="live"))
    refresh(house)
    assert "十一点" in words(anna.get(f"{AIDS}/try?question=食堂几点开门", headers=PIECE))


def test_trying_out_works_without_script_as_a_page(anna: Desk):
    assert "<html" in anna.get(f"{AIDS}/try?question=加班费").text
    assert "<html" not in anna.get(f"{AIDS}/try?question=加班费", headers=PIECE).text


def test_another_unions_account_can_not_be_asked(anna: Desk):
    shown = anna.get(f"{AIDS}/try?question=别人的秘密问题&account=others", headers=PIECE)
    assert "别人的秘密问题？" not in shown.text


def test_a_question_that_is_there_already_is_told_while_typing(anna: Desk):
    assert "一模一样" in words(anna.get(f"{AIDS}/near?question=收保证金合法吗？"))
    assert "可能已经有了" in words(anna.get(f"{AIDS}/near?question=进厂交押金合法不合法"))
    assert words(anna.get(f"{AIDS}/near?question=食堂几点开门")).strip() == ""
    assert "一模一样" not in words(anna.get(f"{AIDS}/near?question=收保证金合法吗&code=deposit"))


def test_articles_are_found_with_their_text_and_ready_to_cite(house: Home, anna: Desk):
    assert "法规库还是空的" in words(anna.get(f"{AIDS}/articles?law=工友法"))
    with house.parts.db.work() as session:
        import_statutes(session, [text_of("工友法", word="宿舍安静")], NOW)
    refresh(house)
    found = anna.get(f"{AIDS}/articles?law=工友法第二条")
    assert 'data-line="《工友法》第二条"' in found.text
    assert "第2段宿舍安静" in words(found)
    assert "宿舍" in words(anna.get(f"{AIDS}/articles?law=宿舍"))
    assert "共 3 条" in words(anna.get(f"{AIDS}/articles?law=工友法"))
    assert "没有找到" in words(anna.get(f"{AIDS}/articles?law=火星"))


def test_what_people_asked_in_vain_is_offered_as_alternates(house: Home, anna: Desk):
    ours, others = (house.parts.directory.get(key).id for key in ("ours", "others"))
    told(
        house.parts.db,
        said("进厂交押金能退吗", account_id=ours),
        said("高温补贴发多少", account_id=ours),
        said("进厂的押金退不退", account_id=others),
    )
    found = anna.get(f"{AIDS}/asked?question=进厂要交押金合法吗&alternates=").text
    assert 'data-line="进厂交押金能退吗"' in found
    assert "高温补贴" not in found
    assert "押金退不退" not in found
    again = anna.get(f"{AIDS}/asked?question=进厂要交押金合法吗&alternates=进厂交押金能退吗").text
    assert "data-line" not in again
    assert "先写下问题" in words(anna.get(f"{AIDS}/asked?question="))


def test_what_is_typed_comes_back_as_text(anna: Desk):
    evil = "<script>alert(1)</script>"
    for aid, field in (("try", "question"), ("near", "question"), ("articles", "law"), ("asked", "question")):
        assert evil not in anna.get(f"{AIDS}/{aid}", query_string={field: evil}).text


@pytest.mark.parametrize("aid", ["near", "articles", "asked"])
def test_helps_for_writing_are_for_editors(house: Home, aid: str):
    assert Desk(house, "viewer", "ours", Role.VIEWER).get(f"{AIDS}/{aid}").status_code == 403


def test_without_content_in_memory_the_helps_say_so(home: Home):
    anna = Desk(home, "anna", "ours", Role.ADMIN)
    assert "还没有载入" in words(anna.get(f"{AIDS}/try?question=加班费", headers=PIECE))
    assert anna.get(f"{AIDS}/near?question=加班费").status_code == 200
