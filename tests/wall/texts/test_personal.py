"""Personal data in texts for the public: what is told of it, and where the surest kind wins."""

import time

import pytest

from wall.texts.personal import Kind, Personal, mask_personal


def test_what_was_there_is_named_and_its_place_told():
    masked = mask_personal("请打１３８ ００１３ ８０００，急")
    assert masked.text == "请打〔手机号已隐去〕，急"
    assert masked.found == [Personal(Kind.PHONE, 2, 15)]


def test_several_are_masked_in_their_order():
    masked = mask_personal("微信chen_wei2024，电话13800138000，粤B12345，住3栋502室")
    assert masked.text == "微信〔微信号已隐去〕，电话〔手机号已隐去〕，〔车牌号已隐去〕，住〔住址已隐去〕"


def test_a_telephone_number_as_wechat_id_is_masked_once():
    assert mask_personal("微信13800138000").text == "微信〔手机号已隐去〕"


@pytest.mark.parametrize("hotline", ["12351", "12333", "12348", "12345", "110", "400-810-1234", "8008201234"])
def test_public_numbers_stay(hotline):
    text = f"电话{hotline}可以打"
    assert mask_personal(text).text == text


def test_no_telephone_number_is_found_within_a_longer_number():
    for text in ("订单9913800138000", "单号1380013800012345", "13800138000元的设备"):
        assert mask_personal(text).text == text


def test_a_mistyped_identity_number_is_masked_too():
    assert mask_personal("身份证440305199003071230").found[0].kind is Kind.IDENTITY


def test_sixteen_digits_are_a_card_if_they_add_up_or_are_called_one():
    assert mask_personal("4111111111111111").found[0].kind is Kind.CARD
    assert not mask_personal("流水4111111111111112").found
    assert mask_personal("卡号4111111111111112").found[0].kind is Kind.CARD


def test_a_text_without_anything_stays_the_same():
    assert mask_personal("").text == "" and mask_personal("工资没发").found == []


@pytest.mark.parametrize(
    "piece", ["1 ", "1", "a.", "a@", "13800", "人民路1号", "微信", "一", "京A", "0755-", "村"]
)
def test_long_texts_take_no_time(piece):
    began = time.perf_counter()
    mask_personal(piece * (5000 // len(piece)))
    assert time.perf_counter() - began < 2
