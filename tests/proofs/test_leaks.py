"""Looking for secrets in logs: they are found, and shown without themselves."""

from proofs.webhook.leaks import find_leaks


def test_a_secret_in_a_log_is_found_and_not_repeated() -> None:
    text = "fine\nGET /x?token=s3cret HTTP/1.1\nfine\n"
    assert find_leaks(text, {"token": "s3cret", "secret": "other"}) == [("token", "GET /x?token=… HTTP/1.1")]


def test_a_clean_log_has_none() -> None:
    assert find_leaks("nothing here", {"token": "s3cret"}) == []
