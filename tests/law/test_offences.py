from __future__ import annotations

import pytest

from comity.base.errors import FactError
from comity.law.offences import Offence, taxonomy


def test_the_thirty_two_offences_of_the_arrest_warrant_are_all_there():
    assert {each.eaw for each in taxonomy().offences.values()} - {None} == set(range(1, 33))


def test_every_form_of_crime_of_annex_i_is_there():
    assert {each.europol for each in taxonomy().offences.values()} - {None} == set(range(1, 31))


def test_ids_are_read_once_each_and_in_the_order_of_the_list():
    assert taxonomy().read(["drugs", "terrorism", "drugs"]) == ["terrorism", "drugs"]


def test_a_free_word_is_no_tag():
    with pytest.raises(FactError, match="burglary") as caught:
        taxonomy().read(["drugs", "burglary"])
    assert caught.value.field == "offences"


def test_an_offence_of_no_list_is_refused():
    with pytest.raises(ValueError, match="in none of the lists"):
        Offence(title="Parking on the pavement")


def test_an_offence_knows_the_acts_and_articles_it_stands_in():
    assert taxonomy().citations("drugs") == {"eaw": "32002F0584 art. 2(2)", "europol": "32016R0794 Annex I"}
    assert taxonomy().citations("arson") == {"eaw": "32002F0584 art. 2(2)"}


def test_the_forms_of_crime_of_europol_are_told_from_the_others():
    assert taxonomy().listed(["arson", "drugs", "unheard-of"], "europol") == ["drugs"]
    assert taxonomy().titles(["arson", "unheard-of"]) == ["Arson"]
