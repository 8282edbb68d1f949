"""Browser files: a short list, versioned, kept for a year, and nothing else of this machine."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import Home
from web.assets import asset_url


@pytest.fixture
def browser(home: Home) -> FlaskClient:
    return home.app.test_client()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("own/h5.css", "text/css"), ("weui/weui.min.css", "text/css"), ("covers/station.jpg", "image/jpeg")],
)
def test_files_of_the_list_are_served_and_kept(browser: FlaskClient, name: str, kind: str):
    package, _, file = name.partition("/")
    path = f"/assets/{package}/1/{file}" if package == "covers" else asset_url(name)
    with browser.get(path) as answer:
        assert answer.status_code == 200
        assert answer.content_type.startswith(kind)
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_address_holds_the_version(browser: FlaskClient):
    assert asset_url("weui/weui.min.css").split("/")[3][0].isdigit()
    assert len(asset_url("own/h5.css").split("/")[3]) == 10


@pytest.mark.parametrize(
    "path",
    [
        "/assets/weui/1/package.json",
        "/assets/weui/1/weui.css",
        "/assets/weui/1/../../package.json",
        "/assets/weui/1/%2e%2e/%2e%2e/package.json",
        "/assets/.bin/1/x",
        "/assets/node_modules/1/weui/package.json",
        "/assets/own/1/../assets.py",
        "/assets/own/1/..%2fassets.py",
        "/assets/own/1/%2e%2e/assets.py",
        "/assets/own/1/....//assets.py",
        "/assets/own/1//etc/passwd",
        "/assets/own/1/%2fetc%2fpasswd",
        "/assets/own/1/..%5cassets.py",
        "/assets/own/1/%00",
        "/assets/own/1/h5.css%00.jpg",
        "/assets/own/1/",
        "/assets/own/1/.",
        "/assets/own/../1/h5.css",
        "/assets/covers/1/../pushes.yaml",
        "/assets/covers/1/%2e%2e%2fpushes.yaml",
        "/assets/../config.yaml/1/x",
        "/assets/own",
        "/assets/",
    ],
)
def test_nothing_else_is(browser: FlaskClient, path: str):
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == 404
    assert "找不到这个页面" in answer.text


def test_a_file_can_only_be_read(browser: FlaskClient):
    assert browser.put(asset_url("own/h5.css")).status_code == 405
