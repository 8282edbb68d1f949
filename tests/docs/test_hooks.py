"""The pre-commit hooks run what `make check` runs, and fetch nothing."""

import yaml

from core.settings import ROOT
from tests.docs.texts import read


def test_the_hooks_check_with_mypy_what_make_check_checks():
    packages = next(
        line.partition(":=")[2].split()
        for line in read(ROOT / "Makefile").splitlines()
        if line.startswith("PACKAGES")
    )
    repos = yaml.safe_load(read(ROOT / ".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    mypy = next(hook["entry"] for hook in repos[0]["hooks"] if hook["id"] == "mypy")
    assert set(packages) <= set(mypy.split())
