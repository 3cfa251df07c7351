from __future__ import annotations

from datetime import timedelta

import pytest

from comity.base.errors import Denied, ExpiredKey, InputError, NotFound, UnknownSender
from comity.base.time import clock, now
from comity.node import authorities, ledger
from comity.node.authorities import Authority, Identity, PublicKey
from comity.node.exchange import partners
from comity.wire.keys import PrivateKeys


def belgium(**changes):
    keys = PrivateKeys.generate("be-spoc", now(), now() + timedelta(days=30))
    given = {
        "code": "be-spoc", "name": "SPOC Belgium", "country": "BE", "kind": "spoc",
        "endpoint": "https://comity.be.example/inbox/be-spoc", "keys": [keys.public().as_json()],
    }  # fmt: skip
    return {**given, **changes}, keys


def test_founding_an_authority_again_changes_nothing(node):
    before = PublicKey.objects.count()
    assert authorities.found("nl-spoc", "Other name", "NL", "spoc") == node.nl
    assert PublicKey.objects.count() == before


def test_a_partners_key_counts_only_once_a_person_has_confirmed_it(node):
    given, keys = belgium()
    authorities.add_partner(given)
    with pytest.raises(UnknownSender):
        authorities.trust_list().find(keys.kid, now())
    with node.act("administrator"):
        authorities.confirm_key(keys.kid)
    assert authorities.trust_list().find(keys.kid, now()).authority == "be-spoc"
    with node.act("supervisor"):
        assert ledger.lines(kind="key.confirmed")[0].body["kid"] == keys.kid


def test_a_partner_without_an_endpoint_is_reached_by_hand(node):
    assert node.pt.channel == "manual"


def test_a_descriptor_survives_the_journey_to_a_partner(node):
    given = authorities.descriptor(node.nl)
    assert given["endpoint"].endswith("/inbox/nl-spoc")
    assert "private" not in str(given).lower()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"name": 3}, "name"),
        ({"keys": [{"no": "key"}]}, "keys"),
        ({"code": "nl-spoc"}, "code"),
        ({"code": "fr-spoc"}, "keys"),
    ],
)
def test_a_bad_descriptor_is_refused_and_nothing_is_kept(node, change, field):
    given, _ = belgium(**change)
    with pytest.raises(InputError) as refused:
        authorities.add_partner(given)
    assert refused.value.field == field
    assert not Authority.objects.filter(name="SPOC Belgium").exists()


def test_new_keys_overlap_with_the_old_ones(node):
    old = authorities.private_keys(node.nl)[0]
    with clock(now() + timedelta(days=1)):
        new = authorities.renew_keys(node.nl)
        assert authorities.private_keys(node.nl)[0].kid == new.kid
        assert authorities.trust_list().find(old.kid, now()).kid == old.kid


def test_keys_that_begin_later_leave_the_old_ones_signing_until_then(node):
    old = authorities.current_keys(node.nl)
    with node.act("administrator"):
        new = partners.renew_own_keys(now() + timedelta(days=7))
    assert authorities.current_keys(node.nl).kid == old.kid
    with clock(now() + timedelta(days=8)):
        assert authorities.current_keys(node.nl).kid == new.kid
    with node.act("supervisor"):
        assert ledger.lines(kind="key.made")[0].body["kid"] == new.kid


def test_keys_do_not_begin_in_the_past_and_only_an_administrator_makes_them(node):
    with pytest.raises(InputError, match="past"), node.act("administrator"):
        partners.renew_own_keys(now() - timedelta(days=1))
    with pytest.raises(Denied), node.act("officer"):
        partners.renew_own_keys(now())


def test_an_authority_whose_keys_have_all_ended_cannot_sign(node):
    with clock(now() + timedelta(days=800)), pytest.raises(ExpiredKey, match="makes new ones"):
        authorities.current_keys(node.nl)


def test_an_officer_gets_other_roles_and_loses_the_sign_in_on_leaving(node):
    officer = node.officer()
    with node.act("node"):
        authorities.assign_roles(officer, ["analyst"])
    with node.act():
        assert authorities.Officer.objects.get(pk=officer.pk).roles == ["analyst"]
    with pytest.raises(InputError), node.act("node"):
        authorities.assign_roles(officer, [])
    with node.act("node"):
        authorities.end_sign_in(officer)
    assert Identity.of_user(officer.user_id) is None
    with node.act("supervisor"):
        assert [line.kind for line in ledger.lines(kind="officer.")][:2] == ["officer.ended", "officer.roles"]


def test_an_expired_token_speaks_for_nobody(node):
    with node.act():
        token = authorities.make_token(node.officer(), "script", now() + timedelta(hours=1))
    assert Identity.of_token(token) == Identity(node.nl.pk, node.officer().pk)
    with clock(now() + timedelta(hours=2)):
        assert Identity.of_token(token) is None
    assert Identity.of_token("something else") is None


def test_a_token_is_not_kept_in_clear(node):
    with node.act():
        token = authorities.make_token(node.officer(), "script", now() + timedelta(hours=1))
        assert token not in str(list(authorities.Token.objects.values()))


@pytest.mark.parametrize(("roles", "username"), [(["king"], "x"), (["officer"], "nl-officer")])
def test_nobody_is_enrolled_with_an_unknown_role_or_a_taken_name(node, roles, username):
    with pytest.raises(InputError):
        authorities.enrol(node.nl, username, "Somebody", roles, "a long enough password")


def test_a_partner_has_no_officer_here(node):
    with pytest.raises(NotFound):
        Identity.of_node(node.pt)


def test_an_officer_who_has_left_signs_in_for_nobody(node):
    officer = node.officer()
    assert Identity.of_user(officer.user_id) == Identity(node.nl.pk, officer.pk)
    with node.act("node"):
        officer.active = False
        officer.save()
    assert Identity.of_user(officer.user_id) is None
