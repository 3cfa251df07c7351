from __future__ import annotations

from comity.match.words import LEAST_WEIGHT, nicknames, token


def test_legal_forms_and_particles_weigh_little():
    assert token("llc", "organization").weight < 0.2
    assert token("al", "person").weight < 0.2


def test_a_particle_of_persons_is_a_full_word_of_a_vessel():
    assert token("saint", "vessel").weight > token("saint", "person").weight


def test_common_names_weigh_less_than_rare_ones():
    common, rare = token("muhammad", "person").weight, token("zhuravelska", "person").weight
    assert LEAST_WEIGHT <= common < rare == 1.0


def test_numbers_of_vessels_are_one_whether_roman_or_arabic():
    assert token("iii", "vessel").text == token("three", "vessel").text == "3"


def test_short_forms_share_a_group_with_their_name():
    assert nicknames("bill") & nicknames("william")
    assert not nicknames("bill") & nicknames("robert")
