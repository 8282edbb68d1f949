"""Links between the documents lead somewhere."""

import re

import pytest

from tests.docs.texts import DOCUMENTS, anchors_of, prose_of, read

_LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file_and_a_heading_that_exist(path):
    for link in _LINK.findall(prose_of(read(path))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{path.name} → {link}"
        if anchor:
            assert anchor in anchors_of(read(target)), f"{path.name} → {link}"


def test_the_documents_a_newcomer_looks_for_are_there():
    names = {path.name for path in DOCUMENTS}
    assert {"README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md"} <= names
    assert {"architecture.md", "operations.md", "handbook.zh-CN.md", "benchmarks.md"} <= names
