from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli import run
from comity.wire.keys import PublicKeys

NL = ("--authority", "nl-spoc")


@pytest.fixture
def sealed(node):
    from comity.node import jobs

    jobs.seal_once()
    return node


@pytest.fixture
def exported(sealed, tmp_path: Path, capsys) -> tuple[Path, Path]:
    """The ledger in a file, and the keys of its authority in another."""
    run(["peers", "export", *NL])
    keys = tmp_path / "nl.json"
    keys.write_text(capsys.readouterr().out)
    file = tmp_path / "ledger.jsonl"
    assert run(["ledger", "export", "--out", str(file), "--purpose", "audit", "--bodies", *NL]) == 0
    return file, keys


def test_the_ledger_of_the_node_verifies(sealed, capsys):
    assert run(["ledger", "verify", *NL]) == 0
    assert "It verifies." in capsys.readouterr().out


def test_verifying_is_an_entry(sealed):
    from comity.node import ledger

    run(["ledger", "verify", *NL])
    with sealed.act("node"):
        assert ledger.lines(kind="ledger.verified")


def test_a_line_changed_in_the_database_is_found(sealed, capsys):
    import psycopg

    from comity.node import database
    from comity.node.authorities import Identity

    node = Identity.of_node(sealed.nl)
    with psycopg.connect(database.urls(sealed.home).owner) as owner:
        owner.execute(
            "SELECT set_config('comity.authority', %s, true), set_config('comity.officer', %s, true)",
            [str(node.authority), str(node.officer)],
        )
        owner.execute(
            "UPDATE node_entry SET kind = 'nothing.happened' WHERE id = (SELECT min(id) FROM node_entry)"
        )
    assert run(["ledger", "verify", *NL]) == 4
    said = capsys.readouterr()
    assert "It does NOT verify" in said.out
    assert "changed-header: the header of entry 1 was changed" in said.err


def test_an_export_verifies_without_the_node(exported, capsys):
    file, keys = exported
    assert run(["ledger", "verify", str(file), "--keys", str(keys)]) == 0
    assert "It verifies." in capsys.readouterr().out


def test_without_keys_from_elsewhere_the_fingerprint_is_shown_to_be_compared(exported, capsys):
    file, keys = exported
    capsys.readouterr()
    assert run(["ledger", "verify", str(file)]) == 0
    key = PublicKeys.from_json(json.loads(keys.read_text())["keys"][0])
    assert f"compare: {key.fingerprint()}" in capsys.readouterr().out


def test_a_changed_export_does_not_verify(exported, capsys):
    file, keys = exported
    file.write_text(file.read_text().replace("officer.enrolled", "officer.released", 1))
    assert run(["ledger", "verify", str(file), "--keys", str(keys)]) == 4
    assert "changed-header" in capsys.readouterr().err


def test_what_is_no_export_and_what_holds_no_keys_is_refused(exported, tmp_path, capsys):
    file, keys = exported
    assert run(["ledger", "verify", str(keys)]) == 2
    assert run(["ledger", "verify", str(file), "--keys", str(file)]) == 2
    (tmp_path / "empty.json").write_text("{}")
    assert run(["ledger", "verify", str(file), "--keys", str(tmp_path / "empty.json")]) == 2
    assert "holds no keys" in capsys.readouterr().err
