"""What a person is told about a YAML file that can't be parsed: where, in one line, and never its content."""

import yaml


def fault_place(error: yaml.YAMLError) -> str:
    """「第 3 行第 5 列附近」, or nothing when the parser doesn't know. The parser's own text quotes the file, secrets too."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return f"第 {mark.line + 1} 行第 {mark.column + 1} 列附近" if mark is not None else "含有不能使用的字符"
