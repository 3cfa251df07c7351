from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from comity.cli import run

PHRASE = "a long phrase 1234"


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text(f"{PHRASE}\nand a second line\n")
    return str(file)


def add(*options: str) -> int:
    return run(["officer", "add", "eva", "--name", "Eva", "--authority", "nl-spoc", *options])


def eva() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username="eva")


def test_an_officer_who_was_added_can_sign_in_and_act(node, password_file):
    from comity.node.authorities import Identity

    assert add("--role", "officer", "--role", "analyst", "--password-file", password_file) == 0
    assert eva().check_password(PHRASE)
    assert Identity.of_user(eva().pk).authority == node.nl.pk


def test_adding_an_officer_is_an_entry(node, password_file):
    from comity.node import ledger

    add("--role", "officer", "--password-file", password_file)
    with node.act("node"):
        assert ledger.lines(kind="officer.enrolled")[0].body["roles"] == ["officer"]


def test_the_password_may_come_from_standard_input(node, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHRASE}\n"))
    assert add("--role", "officer") == 0
    assert eva().check_password(PHRASE)


def test_a_weak_password_is_refused(node, tmp_path, capsys):
    (tmp_path / "weak").write_text("secret\n")
    assert add("--role", "officer", "--password-file", str(tmp_path / "weak")) == 2
    assert "too short" in capsys.readouterr().err


def test_an_unknown_role_and_a_taken_name_are_refused(node, password_file, capsys):
    assert add("--role", "king", "--password-file", password_file) == 2
    assert "'king' is no role" in capsys.readouterr().err
    add("--role", "officer", "--password-file", password_file)
    assert add("--role", "officer", "--password-file", password_file) == 2
    assert "taken" in capsys.readouterr().err


def test_a_password_file_that_is_missing_is_named(node, capsys):
    assert add("--role", "officer", "--password-file", "/nowhere/at/all") == 2
    assert "/nowhere/at/all" in capsys.readouterr().err


def test_officers_are_listed_with_their_roles(node, capsys):
    assert run(["officer", "list", "--authority", "de-spoc"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "de-analyst\tanalyst DE\tAnalyst\tyes" in lines
    assert not any(line.startswith("nl-") for line in lines)


def test_a_token_speaks_for_its_officer(node, capsys):
    from comity.node.authorities import Identity

    assert run(["token", "make", "de-officer", "--label", "test"]) == 0
    identity = Identity.of_token(capsys.readouterr().out.strip())
    assert identity.officer == node.officer("officer", "de-spoc").pk


def test_a_token_for_nobody_is_not_made(node, capsys):
    assert run(["token", "make", "nobody", "--label", "test"]) == 4
    assert "No active officer signs in as 'nobody'" in capsys.readouterr().err


def test_an_officer_gets_other_roles_and_is_let_go(node, capsys):
    from comity.node.authorities import Identity

    assert run(["officer", "roles", "nl-officer", "--role", "analyst", "--authority", "nl-spoc"]) == 0
    assert "is now Analyst" in capsys.readouterr().out
    assert run(["officer", "end", "nl-officer", "--authority", "nl-spoc"]) == 0
    assert Identity.of_user(node.officer().user_id) is None


def test_an_officer_of_another_authority_is_not_found(node, capsys):
    assert run(["officer", "end", "de-officer", "--authority", "nl-spoc"]) == 4
    assert "No officer signs in as de-officer" in capsys.readouterr().err
