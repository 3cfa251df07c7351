from __future__ import annotations

import pytest

from comity.base.errors import FactError
from comity.law.offences import taxonomy


@pytest.mark.parametrize(
    ("in_list", "places"),
    [
        ("pnr", {"3(8)", *range(1, 27)}),
        ("cisa_40_7", set(range(1, 20))),
        ("naples_19_2", set("abcd")),
        ("empact_2018", set(range(1, 11))),
        ("empact_2022", {*range(1, 11), "enabler"}),
        ("empact_2026", set(range(1, 8))),
    ],
)
def test_every_place_of_the_other_lists_is_taken(in_list, places):
    found = {getattr(each, in_list) for each in taxonomy().offences.values()} - {None}
    assert found == places


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


def test_an_offence_may_stand_in_no_list_at_all():
    assert taxonomy().citations("hit-and-run") == {}
    assert not taxonomy().offences["hit-and-run"].serious


def test_an_offence_knows_the_acts_and_articles_it_stands_in():
    assert taxonomy().citations("corruption") == {
        "eaw": "32002F0584 art. 2(2)",
        "europol": "32016R0794 Annex I",
        "pnr": "32016L0681 art. 3(8)-(9), Annex II",
    }
    assert taxonomy().places("arson") == {"eaw": 29, "cisa_40_7": 4}


def test_a_list_without_a_number_of_union_law_is_cited_by_its_title():
    assert "Council, 13 June 2025" in taxonomy().citations("drugs")["empact_2026"]


def test_a_list_that_nobody_read_in_full_says_so():
    unread = {name for name, each in taxonomy().lists.items() if each.checked is None}
    assert unread == {"eaw", "europol", "pnr", "cisa_40_7"}


def test_the_forms_of_crime_of_europol_are_told_from_the_others():
    assert taxonomy().listed(["arson", "drugs", "unheard-of"], "europol") == ["drugs"]
    assert taxonomy().titles(["arson", "unheard-of"]) == ["Arson"]
