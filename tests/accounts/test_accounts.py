"""Registering an account: what is checked, what is taken, and what the directory makes of it."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from accounts.directory import STAMP, AccountDirectory
from accounts.profile import Profile, check_profile
from accounts.service import NewAccount, add_account, demo_credentials, get_account, set_profile
from core.errors import Conflict, Invalid, NotFound
from models import Account, Organisation
from models.db import Database
from models.stamps import read_stamps
from tests.conftest import NOW, TOKEN, new_account


def add(db: Database, new: NewAccount) -> Account:
    with db.work() as session:
        return add_account(session, new, NOW)


def directory_of(db: Database) -> AccountDirectory:
    directory = AccountDirectory("https://gonghui.example.cn", 300)
    with db.read() as session:
        directory.reload(session)
    return directory


def test_a_new_account_has_an_organisation_of_its_own_and_raises_the_stamp(db: Database):
    account = add(db, new_account())
    with db.read() as session:
        organisation = session.get_one(Organisation, account.organisation_id)
        assert (organisation.key, organisation.name) == ("ours", "测试工会")
        assert read_stamps(session) == {STAMP: 1}
    assert account.mode == "aes"


def test_an_account_without_aes_key_runs_in_plaintext_mode(db: Database):
    assert add(db, new_account(aes_key=None)).mode == "plain"


@pytest.mark.parametrize("key", ["", "Ours", "-ours", "our s", "工会", "a" * 64, "a/b", "ours\n"])
def test_a_key_that_is_no_good_in_addresses_is_refused(sqlite_db: Database, key: str):
    with pytest.raises(Invalid, match="KEY"):
        add(sqlite_db, new_account(key))


@pytest.mark.parametrize("key", ["a", "9", "ours-2_x", "a" * 63])
def test_a_key_for_addresses_is_taken(sqlite_db: Database, key: str):
    assert add(sqlite_db, new_account(key, appid="wxtest")).key == key


@pytest.mark.parametrize("token", ["ab", "a" * 33, "with space", "中文中文", "tok-en"])
def test_a_token_the_platform_would_not_take_is_refused(sqlite_db: Database, token: str):
    with pytest.raises(Invalid, match="Token"):
        add(sqlite_db, new_account(token=token))


@pytest.mark.parametrize("aes_key", ["short", "a" * 44, "!" * 43, "工" * 43])
def test_an_aes_key_that_is_none_is_refused(sqlite_db: Database, aes_key: str):
    with pytest.raises(Invalid, match="EncodingAESKey"):
        add(sqlite_db, new_account(aes_key=aes_key))


@pytest.mark.parametrize("field", ["name", "appid", "secret"])
def test_an_empty_field_is_refused(sqlite_db: Database, field: str):
    with pytest.raises(Invalid, match="不能为空"):
        add(sqlite_db, new_account(**{field: ""}))


@pytest.mark.parametrize(("field", "longest"), [("name", 100), ("appid", 64)])
def test_a_field_that_does_not_fit_is_refused_before_the_database_sees_it(
    db: Database, field: str, longest: int
):
    add(db, new_account("fits", **{field: "a" * longest}))
    with pytest.raises(Invalid, match=str(longest)):
        add(db, new_account("ours", **{field: "b" * (longest + 1)}))


def test_a_refused_account_leaves_nothing_behind(db: Database):
    with pytest.raises(Invalid):
        add(db, new_account(aes_key="short"))
    with db.read() as session:
        assert session.scalar(select(Organisation.id)) is None
        assert read_stamps(session) == {}


@pytest.mark.parametrize("changes", [{"appid": "wxother"}, {"key": "other"}])
def test_a_key_or_appid_is_registered_once(db: Database, changes: dict[str, str]):
    add(db, new_account())
    with pytest.raises(Conflict, match="登记过"):
        add(db, replace(new_account(), **changes))


def test_an_organisation_that_is_named_must_exist(db: Database):
    with pytest.raises(NotFound, match="sea"):
        add(db, new_account(organisation="sea"))


def test_two_accounts_may_share_an_organisation(db: Database):
    first = add(db, new_account())
    second = add(db, new_account("second", organisation="ours"))
    assert first.organisation_id == second.organisation_id


def test_a_key_that_an_organisation_has_already_is_explained(db: Database):
    with db.work() as session:
        session.add(Organisation(key="sea", name="海湾市总工会"))
    with pytest.raises(Conflict, match="--organisation sea"):
        add(db, new_account("sea"))


def test_no_secret_is_in_a_repr(sqlite_db: Database):
    new = new_account()
    add(sqlite_db, new)
    view = directory_of(sqlite_db).get("ours")
    for shown in (repr(new), repr(view)):
        assert TOKEN not in shown
        assert new.secret not in shown
        assert str(new.aes_key) not in shown


def test_an_unknown_account_is_not_found(db: Database):
    with pytest.raises(NotFound, match="accounts list"), db.read() as session:
        get_account(session, "nobody")


def test_demonstration_credentials_are_new_each_time_and_pass_every_check(sqlite_db: Database):
    first, second = demo_credentials("demo"), demo_credentials("demo")
    assert len({first.token, second.token, first.secret, second.secret, first.appid, second.appid}) == 6
    assert add(sqlite_db, first).demo


def test_the_directory_knows_accounts_by_key_and_id_with_their_chain_of_organisations(db: Database):
    with db.work() as session:
        province = Organisation(key="province", name="省")
        session.add(province)
        session.flush()
        city = Organisation(key="city", name="市", parent_id=province.id)
        session.add(city)
        session.flush()
        chain = (city.id, province.id)
    account = add(db, new_account(organisation="city"))
    directory = directory_of(db)
    view = directory.get("ours")
    assert directory.get_by_id(account.id) is view
    assert view.organisation_ids == chain
    assert view.h5_url == "https://gonghui.example.cn/h5/ours"


def test_organisations_in_a_circle_do_not_hang_the_directory(db: Database):
    account = add(db, new_account())
    with db.work() as session:
        session.get_one(Organisation, account.organisation_id).parent_id = account.organisation_id
    assert directory_of(db).get("ours").organisation_ids == (account.organisation_id,)


def test_a_damaged_account_is_left_out_and_the_others_go_on(db: Database):
    add(db, new_account())
    broken = add(db, new_account("broken"))
    with db.work() as session:
        session.get_one(Account, broken.id).aes_key = "damaged"
    directory = directory_of(db)
    assert [view.key for view in directory.all()] == ["ours"]
    with pytest.raises(NotFound):
        directory.get_by_id(broken.id)
    with pytest.raises(NotFound):
        directory.get("broken")


def test_an_account_with_a_damaged_profile_does_not_take_the_others_down(db: Database):
    add(db, new_account())
    broken = add(db, new_account("broken"))
    with db.work() as session:
        session.get_one(Account, broken.id).profile = {"welcome": {"text": "a", "image": "b"}}
    assert [view.key for view in directory_of(db).all()] == ["ours"]


def test_a_profile_is_kept_and_found_again(db: Database):
    account = add(db, new_account())
    profile = check_profile(
        {
            "hotline": "0000-1",
            "contacts": [{"district": "东港区", "department": "保障部", "phone": "0000-2"}],
        },
        "x",
    )
    with db.work() as session:
        set_profile(session, get_account(session, account.key), profile)
    assert directory_of(db).get("ours").profile == profile
    with db.read() as session:
        assert read_stamps(session) == {STAMP: 2}
        assert "welcome" not in session.scalar(text("SELECT profile FROM accounts"))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"wellcome": "x"}, "wellcome"),
        ({"welcome": {}}, "welcome"),
        ({"welcome": {"text": "字" * 700}}, "2048"),
        ({"contacts": [{"district": "东港区"}]}, "contacts.0.department"),
        ([], ""),
    ],
)
def test_a_profile_that_is_wrong_is_told_with_its_place(value: object, place: str):
    with pytest.raises(Invalid) as caught:
        check_profile(value, "profile.yaml")
    assert "profile.yaml" in str(caught.value)
    assert place in str(caught.value)


def test_a_contact_is_found_by_its_district_or_another_name_of_it():
    contact = {"district": "北山新区", "aliases": ["高新区"], "department": "援助站", "phone": "0000-3"}
    profile = Profile.model_validate({"contacts": [contact]})
    assert profile.contact_for("高新区的电话") == profile.contacts[0]
    assert profile.contact_for("北山新区") == profile.contacts[0]
    assert profile.contact_for("北山") is None
