from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.base.errors import Denied
from comity.node import access, ledger
from comity.node.authorities import ROLES, Officer

PERSONAL = ("case.read", "record.read", "record.search", "ledger.read", "ledger.export", "screening.run")


def officer(*roles, authority=1, active=True):
    return Officer(authority_id=authority, name="Test", roles=list(roles), active=active)


@pytest.mark.parametrize("verb", sorted(access.RULES))
def test_nobody_without_a_role_may_do_anything(verb):
    answer = access.may(officer(), verb, purpose="test")
    assert not answer
    assert answer.reason


@pytest.mark.parametrize("verb", sorted(access.RULES))
def test_every_rule_names_known_roles_and_is_a_sentence(verb):
    rule = access.RULES[verb]
    assert rule.roles <= {*ROLES, access.NODE_ROLE}
    assert rule.sentence.endswith(".")
    assert rule.grantor


@pytest.mark.parametrize("verb", sorted(access.RULES))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_things_of_another_authority_are_never_touched(verb, role):
    answer = access.may(officer(role, authority=1), verb, {"authority": 2}, "test")
    assert not answer
    assert "another authority" in answer.reason


@pytest.mark.parametrize("verb", PERSONAL)
@pytest.mark.parametrize("role", sorted(ROLES))
def test_personal_data_is_never_shown_without_a_purpose(verb, role):
    assert not access.may(officer(role), verb, purpose="  ")


def test_an_administrator_sees_no_personal_data():
    for verb in PERSONAL:
        assert not access.may(officer("administrator"), verb, purpose="test")


def test_the_data_protection_officer_reads_but_changes_no_case():
    guard = officer("data-protection-officer")
    assert access.may(guard, "case.read", purpose="supervision")
    for verb in ("case.open", "case.step", "match.decide", "register.load", "message.resend"):
        assert not access.may(guard, verb, purpose="supervision")


@given(st.sets(st.sampled_from(sorted(ROLES))), st.sampled_from(sorted(access.RULES)), st.text(max_size=8))
def test_an_inactive_officer_may_nothing(roles, verb, purpose):
    assert not access.may(officer(*roles, active=False), verb, purpose=purpose)


@given(
    st.sets(st.sampled_from(sorted(ROLES))),
    st.sets(st.sampled_from(sorted(ROLES))),
    st.sampled_from(sorted(access.RULES)),
)
def test_a_further_role_never_takes_a_right_away(roles, more, verb):
    if access.may(officer(*roles), verb, purpose="test"):
        assert access.may(officer(*roles, *more), verb, purpose="test")


@given(st.text(max_size=20).filter(lambda verb: verb not in access.RULES))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_what_no_rule_names_is_denied(verb):
    assert not access.may(officer(*ROLES), verb, purpose="test")


def test_a_denial_says_which_rule_and_who_may_grant_it(node):
    with pytest.raises(Denied) as denied, node.act("administrator"):
        access.require("case.open")
    assert denied.value.rule == "case.open"
    assert "administrator of your authority" in denied.value.grantor
    with node.act("supervisor"):
        line = ledger.lines(kind="access.denied")[0]
    assert line.body["rule"] == "case.open"
    assert line.actor == f"officer-{node.officer('administrator').pk}"
