"""操作记录 and 登录记录: everything in them is Chinese, can be filtered and taken along, and shows nobody too much."""

import ast
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.audit import Act, note
from app import REGISTRY
from core.settings import ROOT
from staff import acts
from staff.actions import FACTS, told_facts
from staff.roles import Role
from staff.service import find_staff, give_role
from tests.conftest import Home, new_account
from tests.staff.desk import PASSWORD, Desk, Door, Watch, add_organisation, add_person, set_watch, text_of

ACTS = "/console/o/ours/acts"
_SKIPPED = {"tests", ".venv", "node_modules", "proofs", "bench"}


@pytest.fixture
def watch(house: Home) -> Watch:
    house.add_account(new_account("others"))
    return set_watch(house)


@pytest.fixture
def anna(house: Home, watch: Watch) -> Desk:
    """The administrator of `ours`."""
    return Desk(house, "anna", "ours", Role.ADMIN)


class _Module:
    """What one file notes in the log, as far as it can be read from its text."""

    def __init__(self, path: Path) -> None:
        self._tree = ast.parse(path.read_text("utf-8"))
        self.acts: set[str] = set()
        self.facts: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        for function in [one for one in ast.walk(self._tree) if isinstance(one, ast.FunctionDef)]:
            for call in [one for one in ast.walk(function) if isinstance(one, ast.Call)]:
                if isinstance(call.func, ast.Name) and call.func.id == "acting" and call.args:
                    self._take(function, call.args[0])
                    self._take_facts(function, call.keywords)
                elif ast.unparse(call.func).endswith("Act"):
                    self._take_act(function, call)

    def _take_act(self, function: ast.FunctionDef, call: ast.Call) -> None:
        named = {one.arg: one.value for one in call.keywords}
        self._take(function, named.get("action") or call.args[1])
        if isinstance(facts := named.get("facts"), ast.Dict):
            self.facts |= {str(ast.literal_eval(key)) for key in facts.keys if key}

    def _take(self, function: ast.FunctionDef, given: ast.expr) -> None:
        if isinstance(given, ast.Constant):
            self.acts.add(given.value)
        elif isinstance(given, ast.IfExp):
            self._take(function, given.body)
            self._take(function, given.orelse)
        elif isinstance(given, ast.Name):
            self._take_assigned(function, given.id)

    def _take_assigned(self, function: ast.FunctionDef, name: str) -> None:
        """Of a variable what it is set to; of a parameter what callers in the same file give."""
        if (
            function.name,
            name,
        ) in self._seen:  # a function that hands its parameter on to one of its own name
            return
        self._seen.add((function.name, name))
        for one in ast.walk(function):
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == name:
                self._take(function, one.value)
        names = [one.arg for one in function.args.args]
        for call in self._calls_of(function) if name in names else ():
            if len(call.args) > names.index(name):
                self._take(function, call.args[names.index(name)])

    def _take_facts(self, function: ast.FunctionDef, keywords: list[ast.keyword]) -> None:
        for keyword in keywords:
            if keyword.arg:
                self.facts.add(keyword.arg)
            elif isinstance(keyword.value, ast.Name):
                known = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
                given = {one.arg for call in self._calls_of(function) for one in call.keywords if one.arg}
                self.facts |= given - known
            else:
                keys = [
                    key for one in ast.walk(keyword.value) if isinstance(one, ast.Dict) for key in one.keys
                ]
                self.facts |= {str(ast.literal_eval(key)) for key in keys if key}

    def _calls_of(self, function: ast.FunctionDef) -> Iterator[ast.Call]:
        for one in ast.walk(self._tree):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == function.name:
                yield one


def modules() -> Iterator[_Module]:
    for path in sorted(ROOT.rglob("*.py")):
        if not _SKIPPED & set(path.relative_to(ROOT).parts):
            yield _Module(path)


def test_every_act_and_every_fact_of_the_house_has_a_chinese_name():
    titles = REGISTRY.all_actions()
    noted = {act for module in modules() for act in module.acts}
    facts = {fact for module in modules() for fact in module.facts}
    assert {"role_given", "entry_reviewed", "column_item_published", "tag_renamed", "menu_published"} <= noted
    assert {"due", "code", "keywords", "at", "to", "number", "account"} <= facts
    assert noted - titles.keys() == set()
    assert {fact for fact in facts - FACTS.keys() if fact.isascii()} == set()


def test_an_act_without_a_name_is_found(tmp_path: Path):
    """The walk above can fail."""
    text = 'def view():\n    _do("made_up", colour=1)\n\ndef _do(act, **facts):\n    with acting(act, "x", **facts):\n        pass\n'
    (tmp_path / "view.py").write_text(text)
    module = _Module(tmp_path / "view.py")
    assert module.acts == {"made_up"}
    assert module.facts == {"colour"}


def test_facts_are_told_in_words():
    facts = {
        "live": True,
        "keywords": ["甲", "乙"],
        "how": "card",
        "moved": None,
        "parent": "",
        "before": {"text": "旧"},
    }
    assert told_facts(facts) == [
        ("直接上线", "是"),
        ("关键词", "甲、乙"),
        ("方式", "客服消息卡片"),
        ("原来的内容", "text：旧"),
    ]


def add(desk: Desk, login: str, role: Role = Role.EDITOR) -> None:
    desk.post("/console/o/ours/people", {"login": login, "name": "王小明", "role": str(role)})


def test_the_log_is_narrowed_by_person_act_and_day(house: Home, anna: Desk, watch: Watch):
    add(anna, "bob")
    watch.wait(hours=20)
    amy = Desk(house, "amy", "ours", Role.ADMIN)
    add(amy, "carol")
    page = amy.get(ACTS).text
    who = re.search(r'<option value="(\w+)">amy 同志', page)
    assert who
    for query, shown, hidden in (
        (f"who={who[1]}", "carol", "bob：编辑"),
        ("to=2026-11-20", "bob", "carol：编辑"),
        ("from=2026-11-21", "carol", "bob：编辑"),
        ("act=role_given", "bob", "收回角色 bob"),
    ):
        told = text_of(amy.get(f"{ACTS}?{query}"))
        assert shown in told
        assert hidden not in told
    assert "没有符合条件的操作" in amy.get(f"{ACTS}?act=role_taken").text


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "to=9999-12-31",
        "from=0001-01-01",
        "act=made_up",
        "who=nobody",
        "from=2026-11-21&to=2026-11-20",
    ],
)
def test_a_filter_that_is_none_is_told_and_shows_everything(anna: Desk, query: str):
    add(anna, "bob")
    page = anna.get(f"{ACTS}?{query}")
    assert page.status_code == 422
    assert "bob" in page.text
    assert anna.get(f"{ACTS}.csv?{query}").status_code == 422


def test_the_log_is_taken_along_in_batches_without_formulas(anna: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acts, "_BATCH", 2)
    for login in ("bob", "carol", "dora"):
        add(anna, login)
    table = list(
        csv.reader(io.StringIO(anna.get(f"{ACTS}.csv?act=role_given").get_data().decode("utf-8-sig")))
    )
    assert table[0] == ["时间", "单位", "人员", "操作", "对象", "说明", "来自"]
    assert [row[4] for row in table[1:]] == ["dora：编辑", "carol：编辑", "bob：编辑"]
    assert "导出操作记录" in text_of(anna.get(ACTS))


def test_a_formula_in_the_log_is_guarded(house: Home, anna: Desk):
    place = house.parts.directory.find_organisation("ours")
    assert place
    with house.parts.db.work() as session:
        act = Act("=HYPERLINK(1)", "role_given", "-1", organisation_id=place.id)
        note(session, act, house.parts.clock())
    table = anna.get(f"{ACTS}.csv").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in table
    assert "'-1" in table


def test_only_the_audit_permission_opens_it(house: Home, watch: Watch):
    bob = Desk(house, "bob", "ours", Role.EDITOR)
    assert bob.get(ACTS).status_code == 403
    assert bob.get(f"{ACTS}.csv").status_code == 403
    assert bob.get("/console/o/others/acts.csv").status_code == 404


def public_id(house: Home, login: str) -> str:
    with house.parts.db.read() as session:
        staff = find_staff(session, login)
        assert staff
        return staff.public_id


def test_who_came_in_and_who_tried_stands_in_the_records_of_the_person(house: Home, anna: Desk):
    add_person(house, "bob", "ours", Role.EDITOR)
    door = Door(house, "198.51.100.7")
    for _ in range(7):
        door.sign_in("bob", "not-the-right-one-1")
    home = Door(house, "192.0.2.5")
    home.sign_in("bob")
    own = text_of(home.get("/console/me/signins"))
    for line in ("登录失败", "试错太多被锁定", "198.51.100.7", "登录", "192.0.2.5"):
        assert line in own
    assert own.count("试错太多被锁定") == 1
    seen = text_of(anna.get(f"/console/o/ours/people/{public_id(house, 'bob')}/signins"))
    assert "bob 同志 的登录记录" in seen
    assert "试错太多被锁定" in seen
    assert "not-the-right" not in seen


def test_records_of_sign_ins_are_those_of_the_own_people_only(house: Home, anna: Desk):
    add_organisation(house.parts.db, "province")
    add_person(house, "bob", "others", Role.VIEWER)
    add_person(house, "carol", "province", Role.VIEWER)
    for login in ("bob", "carol"):
        assert anna.get(f"/console/o/ours/people/{public_id(house, login)}/signins").status_code == 404
    dora = Desk(house, "dora", "ours", Role.EDITOR)
    assert dora.get(f"/console/o/ours/people/{public_id(house, 'anna')}/signins").status_code == 403
    assert dora.get("/console/me/signins").status_code == 200


def codes_of(page: str) -> list[str]:
    return re.findall(r'<li><code class="user-select-all">(\w+)</code>', page)


def renew(door: Door, code: str, password: str = PASSWORD) -> tuple[int, str]:
    told = door.post("/console/me/recovery-codes", {"password": password, "code": code})
    return told.status_code, told.text


def test_recovery_codes_are_renewed_and_the_old_ones_are_void(house: Home, watch: Watch):
    add_person(house, "bob", "ours", Role.EDITOR, factor=True)
    bob = Door(house)
    bob.show_code(bob.sign_in("bob"), watch.code())
    watch.wait(seconds=30)
    old = codes_of(renew(bob, watch.code())[1])
    watch.wait(seconds=30)
    status, page = renew(bob, watch.code())
    new = codes_of(page)
    assert (status, len(old), len(new)) == (200, 10, 10)
    other = Door(house, "192.0.2.9")
    assert other.show_code(other.sign_in("bob"), old[0]).status_code == 403
    assert other.show_code(other.sign_in("bob"), new[0]).status_code == 302
    assert "还剩 9 个" in text_of(bob.get("/console/me/second-factor"))
    assert "换新备用码" in text_of(bob.get("/console/me/signins"))


def test_recovery_codes_are_not_renewed_without_password_and_code(house: Home, watch: Watch):
    add_person(house, "bob", "ours", Role.EDITOR, factor=True)
    bob = Door(house)
    code = watch.code()
    bob.show_code(bob.sign_in("bob"), code)
    for given, password, why in (
        (watch.code(1), "wrong-wrong-wrong-1", "现在的密码不对"),
        ("000000", PASSWORD, "验证码不对"),
        (code, PASSWORD, "验证码不对"),
    ):
        status, page = renew(bob, given, password)
        assert status == 422
        assert why in page
        assert codes_of(page) == []


def test_who_has_no_second_factor_is_led_to_it(house: Home, watch: Watch):
    bob = Desk(house, "bob", "ours", Role.EDITOR)
    assert bob.post("/console/me/recovery-codes").location == "/console/me/second-factor"


def test_of_people_above_only_name_and_role_are_shown(house: Home, watch: Watch):
    add_organisation(house.parts.db, "province")
    add_organisation(house.parts.db, "city", "province")
    chief = add_person(house, "chief-login", "province", Role.ADMIN, email="chief@example.cn")
    helper = add_person(house, "helper", "province", Role.VIEWER, email="helper@example.cn")
    own = add_person(house, "own", "city", Role.EDITOR, email="own@example.cn")
    with house.parts.db.work() as session:
        city = house.parts.directory.find_organisation("city")
        assert city
        give_role(session, helper, city.id, Role.VIEWER, by="test", now=house.parts.clock())
    page = text_of(Desk(house, "carol", "city", Role.ADMIN).get("/console/o/city/people"))
    assert f"{chief.name} " in page
    assert "来自 province 工会" in page
    assert "chief@example.cn" not in page
    assert "h***@example.cn" in page
    assert "helper@example.cn" not in page
    assert own.email
    assert own.email in page
    above = Desk(house, "dora", "province", Role.ADMIN)
    assert "helper@example.cn" in above.get("/console/o/city/people").text
