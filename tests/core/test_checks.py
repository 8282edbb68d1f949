"""Errors of forms and files are told in Chinese, and name the place."""

from typing import Annotated, Literal

import pytest
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.checks import explain, explain_all


class _Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: Annotated[str, Field(min_length=1, max_length=3, pattern="^[a-z]*$")] = "a"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    count: Annotated[int, Field(ge=1, le=9)] = 1
    ratio: Annotated[float, Field(gt=0, lt=1)] = 0.5
    on: bool = True
    kind: Literal["text", "news"] = "text"
    parts: Annotated[list[_Inner], Field(max_length=2)] = []
    table: dict[str, str] = {}
    link: AnyHttpUrl | None = None
    own: str = ""

    @field_validator("own")
    @classmethod
    def _own(cls, value):
        if value == "bad":
            raise ValueError("不能写 bad")
        return value


def _refused(**values):
    with pytest.raises(ValidationError) as caught:
        _Form.model_validate({"name": "x", **values})
    return caught.value


WRONG = [
    ({"name": 12}, "name 应为文字；数字请加引号"),
    ({"count": 0}, "count 应不小于 1"),
    ({"count": 10}, "count 应不大于 9"),
    ({"count": "x"}, "count 应为整数"),
    ({"count": 1.5}, "count 应为整数"),
    ({"ratio": 0}, "ratio 应大于 0.0"),
    ({"ratio": 1}, "ratio 应小于 1.0"),
    ({"ratio": "x"}, "ratio 应为数字"),
    ({"on": "vielleicht"}, "on 应为 true 或 false"),
    ({"kind": "video"}, "kind 应为 'text' or 'news' 之一"),
    ({"parts": "x"}, "parts 应为列表"),
    ({"parts": [{}, {}, {}]}, "parts 最多 2 个"),
    ({"parts": [{}, {"label": ""}]}, "parts.1.label 至少 1 个字"),
    ({"parts": [{"label": "abcd"}]}, "parts.0.label 最多 3 个字"),
    ({"parts": [{"label": "1"}]}, "parts.0.label 格式不对"),
    ({"parts": ["x"]}, "parts.0 应为一组「名称: 内容」"),
    ({"table": 1}, "table 应为一组「名称: 内容」"),
    ({"link": "x"}, "link 不是完整的网址"),
    ({"link": "ftp://x"}, "link 网址应以 'http' or 'https' 开头"),
    ({"colour": 1}, "colour 没有这样的设置，请检查拼写"),
    ({"own": "bad"}, "own 不能写 bad"),
]


@pytest.mark.parametrize(("values", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_is_wrong_and_where(values, told):
    assert explain(_refused(**values)) == told


def test_what_is_missing():
    with pytest.raises(ValidationError) as caught:
        _Form.model_validate({})
    assert explain(caught.value) == "name 缺少这一项"


def test_everything_at_once_and_no_input_in_it():
    told = explain_all(_refused(count="secret", own="bad"))
    assert told == "count: 应为整数；own: 不能写 bad"
