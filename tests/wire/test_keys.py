from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comity.base.errors import InputError, Malformed
from comity.wire.keys import PrivateKeys, PublicKeys


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_keys_are_the_same_after_saving_and_loading(world, tmp_path: Path, passphrase: bytes | None):
    path = tmp_path / "nl.json"
    world.nl.save(path, passphrase)
    assert path.stat().st_mode & 0o777 == 0o600
    assert PrivateKeys.load(path, passphrase).public() == world.nl.public()


@pytest.mark.parametrize("passphrase", [None, b"", b"wrong"])
def test_a_key_file_does_not_open_with_another_passphrase(world, tmp_path: Path, passphrase: bytes | None):
    world.nl.save(tmp_path / "nl.json", b"correct horse")
    with pytest.raises(InputError, match=r"nl\.json.*passphrase"):
        PrivateKeys.load(tmp_path / "nl.json", passphrase)


def test_a_saved_key_shows_no_private_key_in_clear(world, tmp_path: Path):
    world.nl.save(tmp_path / "nl.json", b"correct horse")
    assert json.loads((tmp_path / "nl.json").read_text())["signing"].startswith(
        "-----BEGIN ENCRYPTED PRIVATE KEY"
    )


@pytest.mark.parametrize(
    "change", [{"signing": None}, {"signing": "x"}, {"valid_from": "soon"}, {"swap": True}]
)
def test_a_spoilt_key_file_is_refused_by_name(world, tmp_path: Path, change: dict[str, Any]):
    path = tmp_path / "nl.json"
    world.nl.save(path)
    document = json.loads(path.read_text())
    if "swap" in change:
        change = {"signing": document["sealing"], "sealing": document["signing"]}
    path.write_text(json.dumps({**document, **change}))
    with pytest.raises(InputError, match=r"nl\.json"):
        PrivateKeys.load(path)


@pytest.mark.parametrize("text", ["", "[]", "null", "7", "\x00"])
def test_a_file_that_is_no_key_file_is_refused(world, tmp_path: Path, text: str):
    world.nl.save(tmp_path / "nl.json")
    (tmp_path / "nl.json").write_text(text)
    with pytest.raises(InputError, match="not a key file"):
        PrivateKeys.load(tmp_path / "nl.json")


def test_keys_must_begin_before_they_end(world):
    with pytest.raises(Malformed):
        PrivateKeys.generate("NL", world.at, world.at)


def test_public_keys_read_back_from_json_and_hold_no_secret(world):
    document = json.loads(json.dumps(world.nl.public().as_json()))
    assert PublicKeys.from_json(document) == world.nl.public()
    assert [key["crv"] for key in document["keys"]] == ["Ed25519", "X25519"]
    assert not any("d" in key for key in document["keys"])


def test_a_revocation_reads_back_but_leaves_the_fingerprint_alone(world):
    document = {**world.nl.public().as_json(), "revoked_at": "2026-11-23T00:00:00+00:00"}
    keys = PublicKeys.from_json(document)
    assert keys.revoked_at is not None
    assert keys.fingerprint() == world.nl.public().fingerprint()


def test_a_fingerprint_is_read_aloud_in_groups_and_covers_every_part(world):
    nl = world.nl.public()
    assert len(nl.fingerprint().split()) == 16
    assert {len(group) for group in nl.fingerprint().split()} == {4}
    others = [
        PublicKeys("NL-OTHER", nl.signing, nl.sealing, nl.valid_from, nl.valid_until),
        PublicKeys(nl.authority, world.de.public().signing, nl.sealing, nl.valid_from, nl.valid_until),
        PublicKeys(nl.authority, nl.signing, world.de.public().sealing, nl.valid_from, nl.valid_until),
        PublicKeys(nl.authority, nl.signing, nl.sealing, world.at, nl.valid_until),
        PublicKeys(nl.authority, nl.signing, nl.sealing, nl.valid_from, world.at),
    ]
    assert len({each.fingerprint() for each in [nl, *others]}) == 6


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("authority"),
        lambda d: d.pop("keys"),
        lambda d: d.update(kid="another"),
        lambda d: d.update(keys=[]),
        lambda d: d.update(keys=d["keys"][::-1]),
        lambda d: d.update(keys="ab"),
        lambda d: d.update(valid_from="2026-11-22T00:00:00"),
        lambda d: d.update(valid_until=5),
        lambda d: d.update(revoked_at="never"),
        lambda d: d["keys"][0].update(x="AAAA"),
        lambda d: d["keys"][0].update(x=7),
        lambda d: d["keys"][0].update(x="!" * 43),
        lambda d: d["keys"][0].update(alg="none"),
        lambda d: d["keys"][1].update(crv="P-256"),
        lambda d: d["keys"][1].update(kid="another"),
    ],
)
def test_spoilt_public_keys_are_refused(world, spoil):
    document = json.loads(json.dumps(world.nl.public().as_json()))
    spoil(document)
    with pytest.raises(Malformed):
        PublicKeys.from_json(document)


@pytest.mark.parametrize("document", [None, 5, [], "keys", {}])
def test_what_is_no_document_of_keys_is_refused(document):
    with pytest.raises(Malformed):
        PublicKeys.from_json(document)
