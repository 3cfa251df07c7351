"""Partners, keys and delivery, in pages and by programs."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from comity.base.time import now
from comity.node import authorities, ledger
from comity.node.authorities import PublicKey
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.wire.keys import PrivateKeys


def descriptor(**changed):
    keys = PrivateKeys.generate("be-spoc", now(), now() + timedelta(days=9)).public()
    given = {
        "comity": 1, "code": "be-spoc", "name": "SPOC Belgium", "country": "BE", "kind": "spoc",
        "endpoint": "https://be.example/inbox/be-spoc", "languages": ["fr"], "keys": [keys.as_json()],
    }  # fmt: skip
    return {**given, **changed}


def send(node, partner):
    with node.act():
        return sending.send(partner, "test", {}, conversation=uuid4(), procedure="x", purpose="x")


def test_the_list_shows_how_each_partner_stands(node):
    send(node, node.de)
    send(node, node.pt)
    page = node.client().get("/partners/").content.decode()
    assert "SPOC Germany" in page
    assert "1 on the way" in page
    assert "1 to send by hand" in page
    assert "Add a partner" not in page


def test_an_administrator_adds_a_partner_whose_keys_do_not_count_yet(node):
    client = node.client("administrator")
    added = client.post("/partners/", {"descriptor": json.dumps(descriptor())})
    assert added.headers["location"] == "/partners/be-spoc/"
    page = client.get("/partners/be-spoc/").content.decode()
    key = PublicKey.objects.get(authority__code="be-spoc")
    assert key.fingerprint in page
    assert "not confirmed" in page
    client.post("/partners/be-spoc/confirm/", {"kid": key.kid})
    assert "Stop trusting this key" in client.get("/partners/be-spoc/").content.decode()
    assert authorities.trust_list().find(key.kid, now())
    client.post("/partners/be-spoc/revoke/", {"kid": key.kid})
    assert "no longer trusted" in client.get("/partners/be-spoc/").content.decode()
    with node.act("supervisor"):
        kinds = [line.kind for line in ledger.lines()]
    assert {"partner.added", "key.confirmed", "key.revoked"} <= set(kinds)


def test_a_partner_without_comity_is_added_by_hand(node):
    client = node.client("administrator")
    given = {"code": "ie-spoc", "name": "SPOC Ireland", "country": "IE", "kind": "spoc", "contact": "SIENA"}
    assert client.post("/partners/", given).status_code == 302
    assert "reached by hand: SIENA" in client.get("/partners/ie-spoc/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"country": "BELGIUM"}, "country"),
        ({"endpoint": "no address"}, "endpoint"),
        ({"code": "with space"}, "code"),
        ({"code": "nl-spoc"}, "code"),
        ({"keys": "none"}, "keys"),
        ({"keys": [{"kid": "x"}]}, "keys"),
        ({"languages": [7, "long"]}, "languages"),
    ],
)
def test_a_bad_descriptor_is_refused_at_its_field(node, changed, field):
    client = node.client("administrator")
    answer = client.post("/partners/", {"descriptor": json.dumps(descriptor(**changed))})
    assert answer.status_code == 422
    told = client.post("/api/partners", descriptor(**changed), content_type="application/json")
    assert told.status_code == 422
    assert told.json()["field"] == field


@pytest.mark.parametrize("text", ["", "no json", "[]", "null", "7"])
def test_what_is_no_descriptor_is_told(node, text):
    answer = node.client("administrator").post("/partners/", {"descriptor": text})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_an_officer_adds_no_partner_and_confirms_no_key(node):
    client = node.client()
    assert client.post("/partners/", {"descriptor": json.dumps(descriptor())}).status_code == 403
    kid = PublicKey.objects.get(authority=node.de).kid
    assert client.post("/partners/de-spoc/revoke/", {"kid": kid}).status_code == 403


def test_nobody_revokes_the_keys_of_their_own_authority_here(node):
    kid = PublicKey.objects.get(authority=node.nl).kid
    assert node.client("administrator").post("/partners/nl-spoc/revoke/", {"kid": kid}).status_code == 404


def test_a_message_given_up_is_seen_with_its_reason_and_sent_again(node):
    row = send(node, node.de)
    with node.act():
        Outbox.objects.filter(pk=row.pk).update(state="dead", error="the partner answered 403", attempts=1)
    page = node.client("supervisor").get("/partners/de-spoc/?state=dead").content.decode()
    assert "the partner answered 403" in page
    assert "Send again" not in node.client().get("/partners/de-spoc/").content.decode()
    node.client("supervisor").post(f"/messages/{row.pk}/again/")
    with node.act():
        assert Outbox.objects.get(pk=row.pk).state == "pending"
    assert node.client("supervisor", "de-spoc").post(f"/messages/{row.pk}/again/").status_code == 404


def test_the_descriptor_of_our_own_holds_what_a_partner_needs_and_no_secret(node):
    own = node.client().get("/partners/descriptor.json").json()
    assert own["code"] == "nl-spoc"
    assert own["keys"]
    assert '"d"' not in json.dumps(own)


def test_a_program_reads_partners_keys_and_messages(node):
    send(node, node.de)
    client = node.client()
    listed = {each["code"]: each for each in client.get("/api/partners").json()}
    assert listed["de-spoc"]["states"] == {"pending": 1}
    assert listed["de-spoc"]["sent"] == 1
    assert client.get("/api/partners/de-spoc/keys").json()[0]["confirmed"]
    assert client.get("/api/messages?partner=de-spoc&state=pending").json()[0]["sequence"] == 1
    assert client.get("/api/messages?partner=pt-spoc").json() == []
    assert client.get("/api/partners/nowhere").status_code == 404
    assert client.get("/api/descriptor").json()["code"] == "nl-spoc"
