"""What the platform offers which account, and what staff are told where it does not."""

from dataclasses import dataclass

import pytest

from accounts.capabilities import Capability, list_offers, may, offer


@dataclass
class Some:
    kind: str
    verified: bool


SERVICE, PLAIN_SERVICE = Some("service", True), Some("service", False)
SUBSCRIPTION, PLAIN_SUBSCRIPTION = Some("subscription", True), Some("subscription", False)
TEST = Some("test", False)
EVERYBODY = {
    "service": SERVICE,
    "plain service": PLAIN_SERVICE,
    "subscription": SUBSCRIPTION,
    "plain subscription": PLAIN_SUBSCRIPTION,
    "test": TEST,
}


def offered_to(capability: Capability) -> set[str]:
    return {name for name, account in EVERYBODY.items() if may(account, capability)}


@pytest.mark.parametrize(
    ("capability", "accounts"),
    [
        (Capability.ANSWERS, set(EVERYBODY)),
        (Capability.PAGES, set(EVERYBODY)),
        (Capability.MENU, {"service", "plain service", "subscription", "test"}),
        (Capability.PERSONAL_MENU, {"service", "subscription", "test"}),
        (Capability.CUSTOMER_MESSAGES, {"service", "subscription", "test"}),
        (Capability.TAGS, {"service", "subscription", "test"}),
        (Capability.FOLLOWERS, {"service", "subscription", "test"}),
        (Capability.MATERIAL, {"service", "subscription", "test"}),
        (Capability.SHARING, {"service", "subscription", "test"}),
        (Capability.MASS, {"service", "subscription"}),
        (Capability.PUBLISHING, {"service", "subscription"}),
        (Capability.FIGURES, {"service", "subscription"}),
        (Capability.SIGN_IN, {"service", "test"}),
        (Capability.SCENES, {"service", "test"}),
        (Capability.TEMPLATE_MESSAGES, {"service", "test"}),
        (Capability.NOTICES, {"service"}),
        (Capability.MASS_BY_LIST, {"service"}),
    ],
)
def test_who_is_offered_what(capability: Capability, accounts: set[str]):
    assert offered_to(capability) == accounts


def test_every_capability_is_listed_with_its_words_and_each_refusal_says_why():
    for account in EVERYBODY.values():
        offers = list_offers(account)
        assert [one.name for one in offers] == list(Capability)
        for one in offers:
            assert one.title
            assert one.use
            assert one.offered == may(account, one.name) == bool(one)
            assert bool(one.why) is not one.offered
            assert one.remedy or one.offered or account is TEST


def test_a_limit_is_said_with_the_mass_send():
    assert offer(SUBSCRIPTION, "mass").limit == "每天 1 次"
    assert "4 条" in offer(SERVICE, "mass").limit
    assert offer(PLAIN_SERVICE, "mass").limit == ""


def test_a_subscription_account_is_told_to_register_a_service_account_and_what_to_do_meanwhile():
    told = offer(SUBSCRIPTION, "sign_in")
    assert "服务号" in told.why
    assert "另外注册" in told.remedy
    assert "一次性链接" in told.remedy


def test_an_unverified_service_account_is_told_to_be_verified():
    assert "微信认证" in offer(PLAIN_SERVICE, "scenes").remedy


def test_publishing_names_the_day_on_which_it_was_taken():
    assert "2025 年 7 月" in offer(PLAIN_SUBSCRIPTION, "publishing").why


def test_a_capability_that_nobody_knows_is_a_mistake():
    with pytest.raises(ValueError, match="flying"):
        may(SERVICE, "flying")
