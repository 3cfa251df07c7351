from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.base.errors import UnknownSender
from comity.base.time import now
from comity.cli import run
from comity.wire.keys import PrivateKeys


@pytest.fixture
def descriptor(tmp_path: Path) -> Path:
    """What the node of another authority has exported."""
    from comity.node.authorities import KEY_LIFETIME

    keys = PrivateKeys.generate("fr-spoc", now(), now() + KEY_LIFETIME).public()
    given = {
        "code": "fr-spoc", "name": "SPOC France", "country": "FR", "kind": "spoc",
        "endpoint": "http://127.0.0.1:8099/inbox/fr-spoc", "keys": [keys.as_json()],
    }  # fmt: skip
    file = tmp_path / "fr.json"
    file.write_text(json.dumps(given))
    return file


def peers(*arguments: str) -> int:
    return run(["peers", *arguments, "--authority", "nl-spoc"])


def test_what_is_exported_holds_keys_but_no_secret(node, capsys):
    assert peers("export") == 0
    exported = json.loads(capsys.readouterr().out)
    assert exported["code"] == "nl-spoc"
    assert exported["endpoint"].endswith("/inbox/nl-spoc")
    assert all("d" not in key for pair in exported["keys"] for key in pair["keys"])


def test_a_partners_keys_count_once_they_are_confirmed(node, descriptor, capsys):
    from comity.node.authorities import PublicKey, trust_list

    assert peers("add", str(descriptor)) == 0
    key = PublicKey.objects.get(authority__code="fr-spoc")
    assert f"to be confirmed  {key.kid}" in capsys.readouterr().out
    with pytest.raises(UnknownSender):
        trust_list().find(key.kid, now())
    assert peers("confirm", key.kid) == 0
    assert trust_list().find(key.kid, now()).fingerprint() == key.fingerprint


def test_keys_compared_before_are_confirmed_at_once(node, descriptor):
    from comity.node import ledger
    from comity.node.authorities import PublicKey

    assert peers("add", str(descriptor), "--confirm") == 0
    assert PublicKey.objects.get(authority__code="fr-spoc").confirmed
    with node.act("node"):
        kinds = {line.kind for line in ledger.lines()}
    assert {"partner.added", "key.confirmed"} <= kinds


def test_partners_are_listed_with_how_they_are_reached(node, descriptor, capsys):
    peers("add", str(descriptor))
    capsys.readouterr()
    assert peers("list") == 0
    listed = capsys.readouterr().out
    assert "pt-spoc\tSPOC Portugal\tPT\tspoc\tby hand\t\tno key" in listed
    assert "http://127.0.0.1:8099/inbox/fr-spoc" in listed


@pytest.mark.parametrize(
    ("text", "said"),
    [("[", "is not JSON"), ("[]", "expected an object"), ('{"code": "x"}', "missing"), ("{}", "missing")],
)
def test_a_bad_descriptor_is_refused_with_a_reason(node, tmp_path, capsys, text, said):
    (tmp_path / "bad.json").write_text(text)
    assert peers("add", str(tmp_path / "bad.json")) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_missing_is_named(node, tmp_path, capsys):
    assert peers("add", str(tmp_path / "none.json")) == 2
    assert "none.json" in capsys.readouterr().err


def test_a_key_that_nobody_has_cannot_be_confirmed(node, capsys):
    assert peers("confirm", "abc") == 4
    assert "abc" in capsys.readouterr().err


def test_new_keys_are_made_and_their_fingerprint_told(node, capsys):
    from comity.node.authorities import PublicKey

    before = PublicKey.objects.filter(authority=node.nl).count()
    assert run(["peers", "renew", "--authority", "nl-spoc", "--days", "3"]) == 0
    assert PublicKey.objects.filter(authority=node.nl).count() == before + 1
    newest = PublicKey.objects.filter(authority=node.nl).order_by("-added_at").first()
    assert newest.fingerprint in capsys.readouterr().out
