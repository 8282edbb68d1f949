"""What pydantic found wrong, told in Chinese to people who are no programmers."""

from typing import Any

from pydantic import ValidationError

_TEXTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这样的设置，请检查拼写",
    "string_type": "应为文字；数字请加引号",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "too_short": "至少 {min_length} 个",
    "too_long": "最多 {max_length} 个",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为一组「名称: 内容」",
    "model_type": "应为一组「名称: 内容」",
    "model_attributes_type": "应为一组「名称: 内容」",
    "literal_error": "应为 {expected} 之一",
    "enum": "应为 {expected} 之一",
    "url_parsing": "不是完整的网址",
    "url_scheme": "网址应以 {expected_schemes} 开头",
}


def explain(error: ValidationError) -> str:
    """The first thing that is wrong: where it stands (dotted; nothing for the whole) and what is the matter."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place} {_reason(first)}".strip()


def explain_all(error: ValidationError) -> str:
    """Everything that is wrong, separated by 「；」."""
    problems = error.errors(include_url=False, include_input=False)
    return "；".join(f"{'.'.join(map(str, e['loc']))}: {_reason(e)}" for e in problems)


def reasons(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """Everything that is wrong: where (names and numbers from the outside in), and what is the matter."""
    return [(e["loc"], _reason(e)) for e in error.errors(include_url=False, include_input=False)]


def _reason(problem: Any) -> str:
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    text = _TEXTS.get(problem["type"])
    return text.format(**problem.get("ctx", {})) if text else str(problem["msg"])
