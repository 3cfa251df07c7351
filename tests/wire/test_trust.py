from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.base.errors import Conflict, ExpiredKey, UnknownSender
from comity.wire.keys import PrivateKeys
from comity.wire.trust import TrustList

DAY = timedelta(days=1)


def test_it_finds_a_key_by_name_while_it_is_valid(world):
    key = world.nl.public()
    assert world.trust.find(key.kid, world.at) == key
    assert world.trust.find(key.kid, key.valid_from) == key


def test_a_key_is_no_longer_valid_at_its_end_nor_before_its_beginning(world):
    key = world.nl.public()
    for at in (key.valid_until, key.valid_from - timedelta(microseconds=1)):
        with pytest.raises(ExpiredKey, match="NL-SPOC is valid from"):
            world.trust.find(key.kid, at)


def test_it_does_not_find_an_unknown_key(world):
    with pytest.raises(UnknownSender):
        world.trust.find(world.utopia.kid, world.at)
    with pytest.raises(UnknownSender, match="UTOPIA"):
        world.trust.current("UTOPIA", world.at)


def test_a_revoked_key_counts_until_it_was_revoked(world):
    key = replace(world.nl.public(), revoked_at=world.at)
    trust = TrustList([key])
    assert trust.find(key.kid, world.at - DAY) == key
    with pytest.raises(ExpiredKey, match="revoked at 2026-11-22"):
        trust.find(key.kid, world.at)
    with pytest.raises(ExpiredKey, match="no key of NL-SPOC"):
        trust.current("NL-SPOC", world.at)


def test_while_keys_are_rotated_both_verify_and_the_newer_is_sealed_for(world):
    old = world.nl.public()
    new = PrivateKeys.generate("NL-SPOC", world.at, world.at + 3 * DAY).public()
    trust = TrustList([new, old])
    assert trust.current("NL-SPOC", world.at - DAY) == old
    assert trust.current("NL-SPOC", world.at) == new
    assert trust.current("NL-SPOC", world.at + 3 * DAY) == old
    assert trust.find(old.kid, world.at + DAY) == old


def test_one_key_cannot_stand_for_two_authorities(world):
    key = world.nl.public()
    with pytest.raises(Conflict):
        TrustList([key, replace(key, authority="DE-SPOC")])
