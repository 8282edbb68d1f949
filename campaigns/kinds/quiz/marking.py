"""What is an answer, and is it right? Pure; shared by pages, chat and the bank's import."""

import re
import unicodedata

from core.errors import Invalid
from core.text import clean

LETTERS = "ABCDEF"
KINDS = {"single": "单选", "multiple": "多选", "judge": "判断", "blank": "填空"}
YES, NO = "对", "错"
_YES = frozenset({"对", "√", "✓", "✔", "正确", "是", "对的", "t", "true", "y", "yes"})
_NO = frozenset({"错", "×", "✗", "✘", "x", "错误", "不对", "错的", "不是", "f", "false", "n", "no"})
_LOOSE = re.compile(r"[\s,，、。.;；:：!！?？\"“”'‘’()（）]+")
LONGEST_TYPED = 50
_LONGEST_LETTERS = 20


def judge_of(said: str) -> str | None:
    """对 or 错, whichever way it was said; None for anything else."""
    said = loose(said[:LONGEST_TYPED])
    return YES if said in _YES else NO if said in _NO else None


def letters_of(said: str) -> str | None:
    """Letters A–F in order, each once; None for anything else."""
    found = loose(said[:_LONGEST_LETTERS]).upper()
    once = len(set(found)) == len(found) and len(said) <= _LONGEST_LETTERS
    return "".join(sorted(found)) if found and once and set(found) <= set(LETTERS) else None


def loose(text: str) -> str:
    """One spelling for what a phone may type in different ways: full width, case, spaces, punctuation."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", clean(text))).lower()


def read_given(kind: str, said: str, options: int) -> str:
    """An answer to a question of `kind` with so many options. Raises Invalid with what is expected."""
    match kind:
        case "judge":
            given = judge_of(said)
            if given is None:
                raise Invalid("bad_answer", "这是判断题，请选「对」或「错」。")
            return given
        case "blank":
            typed = clean(said[: 4 * LONGEST_TYPED]).strip()
            if not loose(typed) or len(typed) > LONGEST_TYPED:
                raise Invalid("bad_answer", f"请填写答案，最多 {LONGEST_TYPED} 个字。")
            return typed
    letters = letters_of(said)
    last = LETTERS[options - 1]
    if letters is None or letters[-1] > last:
        raise Invalid("bad_answer", f"没有这个选项，请在 A 到 {last} 里选。")
    if kind == "single" and len(letters) > 1:
        raise Invalid("bad_answer", "这是单选题，只能选一个。")
    return letters


def is_right(kind: str, given: str, answer: str) -> bool:
    """Of an answer that `read_given` gave, in the letters of `answer`."""
    if kind == "blank":
        return loose(given) in {loose(wording) for wording in answer.split("|")}
    return given == answer
