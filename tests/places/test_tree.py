"""组织: the tree in the console."""

import pytest
from sqlalchemy import select

from models.accounts import Organisation
from models.audit import AuditEntry
from staff.roles import Role
from tests.conftest import Home
from tests.staff.desk import Desk, add_organisation, text_of

TREE = "/console/o/province/organisations"


def organisation(home: Home, key: str) -> Organisation | None:
    with home.parts.db.read() as session:
        return session.scalar(select(Organisation).where(Organisation.key == key))


def parent_of(home: Home, key: str) -> str | None:
    found = organisation(home, key)
    with home.parts.db.read() as session:
        return session.scalar(select(Organisation.key).where(Organisation.id == found.parent_id))


def typed(home: Home, key: str, **changes: object) -> dict[str, object]:
    """The form as it is opened, with changes."""
    one = organisation(home, key)
    return {"name": one.name, "kind": one.kind, "parent": one.parent_id, "version": one.version, **changes}


def test_an_administrator_sees_the_tree_below_and_nothing_else(tree: Home, anna: Desk):
    page = text_of(anna.get(TREE))
    for shown in ("province 工会", "city 工会", "mill 工会", "测试工会"):
        assert shown in page
    assert "elsewhere" not in page


def test_a_union_is_added_and_the_audit_log_tells(tree: Home, anna: Desk):
    done = anna.post(TREE, {"key": "county", "name": " 东区 总工会 ", "kind": "county", "parent": "city"})
    assert done.status_code == 302
    assert "已添加「东区 总工会」" in anna.get(done.location).text
    assert (organisation(tree, "county").kind, parent_of(tree, "county")) == ("county", "city")
    assert anna.get("/console/o/county/organisations").status_code == 200
    with tree.parts.db.read() as session:
        act = session.scalar(select(AuditEntry).where(AuditEntry.action == "organisation_added"))
        assert (act.target, act.facts["parent"]) == ("东区 总工会", "city")


@pytest.mark.parametrize(
    ("form", "told", "status"),
    [
        ({"key": "East", "name": "东", "kind": "county", "parent": "city"}, "小写", 422),
        ({"key": "east", "name": "", "kind": "county", "parent": "city"}, "名称", 422),
        ({"key": "east", "name": "东", "kind": "planet", "parent": "city"}, "类型", 422),
        ({"key": "mill", "name": "东", "kind": "county", "parent": "city"}, "mill 工会", 409),
        ({"key": "east", "name": "东", "kind": "county", "parent": "elsewhere"}, "这里没有这个组织", 404),
        ({"key": "east", "name": "东", "kind": "county"}, "这里没有这个组织", 404),
    ],
)
def test_a_bad_form_is_refused_and_keeps_what_was_typed(
    tree: Home, anna: Desk, form: dict[str, str], told: str, status: int
):
    refused = anna.post(TREE, form)
    assert refused.status_code == status
    assert told in text_of(refused)
    assert f'value="{form["key"]}"' in refused.text
    assert organisation(tree, "east") is None


def test_a_union_is_renamed_and_moved(tree: Home, anna: Desk):
    province = organisation(tree, "province").id
    done = anna.post(f"{TREE}/mill", typed(tree, "mill", name="新厂工会", kind="enterprise", parent=province))
    assert done.status_code == 302
    assert "「新厂工会」已保存" in anna.get(done.location).text
    assert parent_of(tree, "mill") == "province"
    assert tree.parts.directory.find_organisation("mill").chain[1] == province


def test_nothing_moves_below_itself_or_where_somebody_has_no_say(tree: Home, anna: Desk):
    for target in ("mill", "city"):
        refused = anna.post(f"{TREE}/city", typed(tree, "city", parent=organisation(tree, target).id))
        assert refused.status_code == 404
    outside = organisation(tree, "elsewhere").id
    assert anna.post(f"{TREE}/city", typed(tree, "city", parent=outside)).status_code == 404
    assert parent_of(tree, "city") == "province"
    assert "elsewhere" not in anna.get(f"{TREE}/city").text


def test_the_second_of_two_sees_both_and_loses_nothing(tree: Home, anna: Desk):
    dora = Desk(tree, "dora", "province", Role.ADMIN)
    seen = typed(tree, "city")
    assert anna.post(f"{TREE}/city", {**seen, "name": "安娜起的名"}).status_code == 302
    refused = dora.post(f"{TREE}/city", {**seen, "name": "朵拉起的名"})
    assert refused.status_code == 409
    for shown in ("别人", "安娜起的名", "朵拉起的名"):
        assert shown in refused.text
    assert organisation(tree, "city").name == "安娜起的名"
    assert 'name="version" value="1"' in refused.text
    again = dora.post(f"{TREE}/city", {**seen, "name": "朵拉起的名", "version": 1})
    assert again.status_code == 302
    assert organisation(tree, "city").name == "朵拉起的名"


def test_a_refusal_for_another_reason_does_not_take_over_what_somebody_else_saved(tree: Home, anna: Desk):
    seen = typed(tree, "city")
    anna.post(f"{TREE}/city", {**seen, "name": "先存的"})
    refused = anna.post(f"{TREE}/city", {**seen, "name": ""})
    assert refused.status_code == 422
    assert 'name="version" value="0"' in refused.text


def test_only_an_empty_one_is_removed_and_never_ones_own(tree: Home, anna: Desk):
    refused = anna.post(f"{TREE}/city/remove")
    assert refused.status_code == 409
    assert "下级组织" in refused.text
    done = anna.post(f"{TREE}/mill/remove")
    assert done.status_code == 302
    assert "已删除" in anna.get(done.location).text
    assert organisation(tree, "mill") is None
    assert anna.post(f"{TREE}/province/remove").status_code == 409


def test_what_was_acted_on_there_is_kept(tree: Home, anna: Desk):
    anna.post(
        "/console/o/mill/organisations", {"key": "shop", "name": "车间", "kind": "other", "parent": "mill"}
    )
    anna.post(f"{TREE}/shop/remove")
    refused = anna.post(f"{TREE}/mill/remove")
    assert refused.status_code == 409
    assert "操作记录" in refused.text


def test_who_may_not_or_is_elsewhere_gets_nothing(tree: Home, anna: Desk, bob: Desk, charlie: Desk):
    form = {"key": "east", "name": "东", "kind": "county", "parent": "city"}
    for path, data in ((TREE, form), (f"{TREE}/city", typed(tree, "city")), (f"{TREE}/mill/remove", {})):
        assert bob.post(path, data).status_code == 403
        assert charlie.post(path, data).status_code == 404
    assert bob.get(TREE).status_code == 403
    assert charlie.get(TREE).status_code == 404
    assert charlie.get("/console/o/elsewhere/organisations/city").status_code == 404
    assert charlie.post("/console/o/elsewhere/organisations/mill/remove").status_code == 404
    assert organisation(tree, "mill") is not None


def test_a_county_does_not_reach_its_city(tree: Home):
    low = Desk(tree, "erin", "mill", Role.ADMIN)
    assert low.get("/console/o/mill/organisations").status_code == 200
    assert low.get("/console/o/mill/organisations/city").status_code == 404
    moved = low.post(
        "/console/o/mill/organisations/mill", typed(tree, "mill", parent=organisation(tree, "province").id)
    )
    assert moved.status_code == 404


def test_a_name_with_markup_is_shown_as_it_is_written(tree: Home, anna: Desk):
    name = "<script>alert(1)</script>工会"
    anna.post(TREE, {"key": "x", "name": name, "kind": "other", "parent": "city"})
    for path in (TREE, f"{TREE}/x", "/console/o/x/accounts"):
        page = anna.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_hundred_and_fifty_four_unions_are_one_page(tree: Home, anna: Desk):
    for number in range(150):
        add_organisation(tree.parts.db, f"county{number}", "city")
    page = anna.get(TREE)
    assert page.status_code == 200
    assert page.text.count("county149") >= 2
    assert 'type="search"' in page.text
