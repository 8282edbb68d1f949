"""jieba, loaded once and in private: its words, and nothing of its habits."""

import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any

# jieba asks for pkg_resources, which is slow, deprecated and not needed: without it jieba opens its files itself.
sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # invalid escapes in its source
    import jieba

_LONG_SILENCE = 60


def keep_cache_in(folder: Path) -> None:
    """Set the folder of jieba's cache before it is loaded: a marshal file, so nobody else may be able to write there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    jieba.dt.tmp_dir = str(folder)


@cache
def load_tokenizer() -> Any:
    """The tokenizer with its dictionary in memory (half a second, 80 MB); called before the first request."""
    jieba.setLogLevel(_LONG_SILENCE)
    jieba.initialize()
    return jieba.dt
