"""How a proof is found and run, and its last line."""

import json

import pytest

from proofs import __main__ as entry
from proofs.findings import Findings
from proofs.registry import NAMES, find_proof
from proofs.run import BadRun, Run


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_every_registered_proof_can_be_called() -> None:
    assert "webhook" in NAMES
    assert all(callable(find_proof(name)) for name in NAMES)


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["webhook", "more"]])
def test_an_unknown_name_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.main(arguments, {}) == 2
    assert "webhook" in capsys.readouterr().err


@pytest.mark.parametrize("env", [{"SIZE": "huge"}, {"SEED": "many"}, {"SEED": "-1"}])
def test_a_size_or_seed_that_does_not_exist_ends_with_2(
    env: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["webhook"], env) == 2
    assert next(iter(env)) in capsys.readouterr().err


def test_the_environment_says_size_seed_and_control() -> None:
    assert Run.from_env("webhook", {}) == Run("webhook", "small", 1, control=False)
    env = {"SIZE": "full", "SEED": "7", "CONTROL": "1"}
    assert Run.from_env("webhook", env) == Run("webhook", "full", 7, control=True)
    assert not Run.from_env("webhook", {"CONTROL": "0"}).control
    with pytest.raises(BadRun):
        Run.from_env("webhook", {"SIZE": "tiny"})


def test_the_dice_of_one_part_do_not_depend_on_another() -> None:
    run = Run("webhook", seed=3)
    assert run.chance("a").random() == run.chance("a").random()
    assert run.chance("a").random() != run.chance("b").random()
    assert run.chance("a").random() != Run("webhook", seed=4).chance("a").random()


@pytest.mark.parametrize("violated", [False, True])
def test_the_last_line_is_one_json_object_and_the_exit_code_says_the_same(
    violated: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def proof(_run: Run, findings: Findings) -> None:
        findings.attempted("door", 3)
        findings.figure("door", max_ms=12.5)
        if violated:
            findings.violated("door", "late", "4.6 s")

    monkeypatch.setattr(entry, "find_proof", lambda _name: proof)
    assert entry.main(["webhook"], {"SEED": "9"}) == (1 if violated else 0)
    told = last_line(capsys)
    assert told["ok"] is not violated
    assert (told["proof"], told["attempts"], told["violations"]) == ("webhook", 3, int(violated))
    assert (told["seed"], told["size"], told["control"]) == (9, "small", False)
    assert told["lines"] == {"door": {"attempts": 3, "violations": int(violated), "max_ms": 12.5}}


def test_a_proof_that_breaks_off_has_shown_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def proof(_run: Run, findings: Findings) -> None:
        findings.attempted("door", 100)
        raise RuntimeError("no PostgreSQL")

    monkeypatch.setattr(entry, "find_proof", lambda _name: proof)
    assert entry.main(["webhook"], {}) == 1
    told = last_line(capsys)
    assert told["ok"] is False
    assert told["violated"] == {"run/broke_off": 1}


def test_a_proof_that_tried_nothing_is_not_ok() -> None:
    assert not Findings(Run("webhook")).ok
