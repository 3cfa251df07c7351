from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.base.errors import FactError
from comity.law import advise, decide, standard_book
from comity.law.advise import read_inquiry, words
from comity.law.facts import KINDS
from comity.law.offences import taxonomy

ASKED = {
    "me": {"kind": "customs", "country": "NL"},
    "partner": {"kind": "customs", "country": "DE"},
    "want": "cash",
    "at": "2026-11-22T10:00:00+01:00",
}
OFFERS = {"offers": {"wants": ["cash"]}}


def found(book, **facts):
    """What becomes of `test-act/ask`."""
    advice = advise(book, {**ASKED, **facts})
    every = {each.procedure.id: each for each in [*advice.open, *advice.against]}
    return every["test-act/ask"]


def test_what_is_offered_to_the_parties_fits_and_says_why(make_book):
    between = {"test": "requester.country != requested.country", "text": "two states", "article": "3"}
    got = found(make_book({**OFFERS, "between": between, "purpose": "To find cash"}))
    assert (got.status, got.role, got.partner_role) == ("fits", "requester", "requested")
    assert [each.article for each in got.reasons] == ["2", "2", "2", "3"]
    assert got.articles == ("2", "3")
    assert any("To find cash" in each.text for each in got.reasons)


def test_the_clocks_that_would_run_are_told_with_their_length(make_book):
    clock = {"id": "answer", "owed_by": "requested", "from": "sent.received", "until": ["answered"],
             "within": "PT8H", "counting": "exact-hours", "when": "urgent", "article": "6"}  # fmt: skip
    urgent = {"id": "urgent", "type": "boolean", "label": "Urgent", "article": "3"}
    book = make_book({**OFFERS, "clocks": [clock], "fields": [urgent]})
    run = found(book, urgent=True).as_json()["clocks"][0]
    assert (run["within"], run["at"], run["checked"]) == ("PT8H", "2026-11-22T18:00:00+01:00", False)
    assert found(book, urgent=False).clocks == ()
    unsure = found(book)
    assert unsure.fits
    assert [(each.fact, each.text, each.decides) for each in unsure.questions] == [
        ("urgent", "Urgent", False)
    ]


def test_an_open_condition_makes_it_perhaps_and_asks(make_book):
    field = {"id": "known_route", "type": "boolean", "label": "Is the route known?", "article": "3"}
    needs = {"id": "route", "text": "a known route", "test": "known_route", "article": "4"}
    book = make_book({**OFFERS, "fields": [field], "requirements": [needs]})
    unsure = found(book)
    assert unsure.status == "perhaps"
    assert [(each.fact, each.text, each.article) for each in unsure.questions] == [
        ("known_route", "Is the route known?", "4")
    ]
    assert found(book, facts={"known_route": True}).status == "fits"
    refused = found(book, facts={"known_route": False})
    assert (refused.group, refused.reason.article) == ("conditions", "4")


def test_what_the_form_asks_for_anyway_is_no_open_question(make_book):
    field = {"id": "why", "type": "longtext", "label": "Why", "article": "3"}
    needs = {"id": "why", "text": "a reason", "test": "why != ''", "article": "4"}
    assert found(make_book({**OFFERS, "fields": [field], "requirements": [needs]})).fits


LISTED = {"id": "listed", "text": "an offence of the list", "test": "offence.naples_19_2", "article": "19"}
GROUND = {"id": "minor", "text": "A minor offence", "when": "!offence.eaw", "article": "28"}


def test_the_offence_opens_a_procedure_and_its_grounds_of_refusal(make_book):
    book = make_book({**OFFERS, "requirements": [LISTED], "refusals": [GROUND]})
    assert [each.fact for each in found(book).questions] == ["offences"]
    assert found(book, offences=["hit-and-run"]).group == "conditions"
    assert found(book, offences=["drugs"]).refusals == ()
    precursors = found(book, offences=["drug-precursors"])
    assert precursors.fits
    assert [each["id"] for each in precursors.as_json()["refusals"]] == ["minor"]


@pytest.mark.parametrize(
    ("changed", "group"),
    [
        ({"want": "training"}, "want"),
        ({"about": "vessel"}, "about"),
        ({"me": {"kind": "police", "country": "NL"}}, "asker"),
        ({"partner": {"kind": "police", "country": "DE"}}, "parties"),
        ({"partner": {"country": "US"}}, "place"),
        ({"at": "2019-06-01T10:00:00+02:00"}, "date"),
    ],
)
def test_what_does_not_fit_says_the_first_reason(make_book, changed, group):
    against = found(make_book({"offers": {"wants": ["cash"], "about": ["account"]}}), **changed)
    assert against.group == group
    assert against.reason.text
    assert against.reason.article


@pytest.mark.parametrize(("at", "act"), [("21:30", "dec-2007-845"), ("22:30", "aro")])
def test_an_act_begins_at_the_midnight_of_the_state_that_is_asked(at, act):
    parties = {"me": {"kind": "aro", "country": "PT"}, "partner": {"kind": "aro", "country": "FI"}}
    advice = advise(standard_book(), {**parties, "want": "asset-tracing", "at": f"2026-11-22T{at}:00Z"})
    assert advice.open[0].procedure.id == f"{act}/aro-request"


def test_a_procedure_that_does_not_say_what_it_is_for_is_never_advised(make_book):
    assert found(make_book({"offers": None}), want="information").group == "want"


def test_a_partner_that_nobody_named_is_asked_for(make_book):
    unsure = found(make_book(OFFERS), partner=None)
    assert unsure.partner_kinds == ("customs",)
    assert [(each.fact, each.decides) for each in unsure.questions] == [("partner.country", True)]


def test_of_a_partner_the_state_is_enough(make_book):
    assert found(make_book(OFFERS), partner={"country": "DE"}).fits


def test_who_asks_takes_the_role_that_opens_the_case(make_book):
    parties = {
        "requester": {"kinds": ["police"], "article": "2"},
        "requested": {"kinds": ["customs"], "article": "2"},
    }
    assert found(make_book({**OFFERS, "parties": parties})).group == "asker"


def test_among_many_members_both_hold_the_same_role(make_book):
    parties = {
        "member": {"kinds": ["customs"], "min": 2, "max": None, "article": "2"},
        "leader": {"kinds": ["police"], "min": 0, "article": "2"},
    }
    got = found(make_book({**OFFERS, "lifecycle": "joint", "parties": parties}))
    assert (got.role, got.partner_role, got.status) == ("member", "member", "fits")


def test_where_several_must_be_members_the_partner_is_one_before_it_leads(make_book):
    parties = {
        "member": {"kinds": ["customs"], "min": 2, "max": None, "article": "2"},
        "leader": {"kinds": ["customs"], "min": 1, "max": None, "article": "2"},
    }
    got = found(make_book({**OFFERS, "lifecycle": "joint", "parties": parties}))
    assert (got.role, got.partner_role) == ("member", "member")
    assert got.fits


def test_an_institution_is_found_without_being_named(make_book):
    parties = {
        "requester": {"kinds": ["customs"], "article": "2"},
        "requested": {"kinds": ["europol"], "country": "EU", "article": "2"},
    }
    book = make_book({**OFFERS, "parties": parties})
    assert found(book, partner=None).fits
    assert found(book, partner={"kind": "europol"}).fits
    assert found(book, partner={"country": "DE"}).group == "parties"


GENERAL = {"yields_to": {"acts": ["test-act"], "article": "1"}}


def test_a_general_act_comes_after_a_special_one_that_fits_and_says_so(make_book, folder):
    special = make_book(OFFERS)
    text = (folder / "instruments" / "test-act.yaml").read_text(encoding="utf-8")
    general = text.replace("id: test-act", "id: general-act") + json.dumps(GENERAL)[1:-1] + "\n"
    (folder / "instruments" / "a-general-act.yaml").write_text(general, encoding="utf-8")
    book = type(special).load(folder)
    advice = advise(book, ASKED)
    ours = [each for each in advice.open if each.procedure.id in ("test-act/ask", "general-act/ask")]
    assert [each.procedure.id for each in ours] == ["test-act/ask", "general-act/ask"]
    after = ours[1]
    assert (after.status, after.yields, after.before[0].article) == ("perhaps", True, "1")
    assert "comes first" in after.before[0].text


def test_every_procedure_of_the_book_is_either_open_or_has_a_reason_against_it(book):
    advice = advise(book, {**ASKED, "want": "information"})
    ids = [each.procedure.id for each in [*advice.open, *advice.against]]
    assert sorted(ids) == sorted(book.procedures)
    assert sum(len(each) for _, each in advice.grouped()) == len(advice.against)


def test_a_single_point_of_contact_asks_another_under_the_directive(book):
    asked = {"me": {"kind": "spoc", "country": "NL"}, "partner": {"country": "DE"}, "want": "information"}
    best = advise(book, {**asked, "urgent": True, "at": ASKED["at"]}).open[0]
    assert (best.procedure.id, best.status, best.partner_kinds) == ("dir-2023-977/request", "fits", ("spoc",))
    assert (best.clocks[0].within, best.clocks[0].checked) == ("PT8H", True)


def test_before_the_directive_applied_it_is_against_it_by_date(book):
    asked = {"me": {"kind": "spoc", "country": "NL"}, "partner": {"country": "DE"}, "want": "information"}
    against = advise(book, {**asked, "at": "2024-06-01T10:00:00+02:00"}).against
    old = next(each for each in against if each.procedure.id == "dir-2023-977/request")
    assert (old.group, old.reason.article) == ("date", "22(1)")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"me": None}, "me.kind"),
        ({"me": {"kind": "customs"}}, "me.country"),
        ({"me": {"kind": "wizard", "country": "NL"}}, "me.kind"),
        ({"want": None}, "want"),
        ({"want": "gold"}, "want"),
        ({"about": "gold"}, "about"),
        ({"offences": ["parking"]}, "offences"),
        ({"urgent": "yes"}, "urgent"),
        ({"facts": ["x"]}, "facts"),
        ({"facts": {"no_such_field": True}}, "no_such_field"),
        ({"at": "yesterday"}, "at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_it_names_what_it_cannot_read(book, changed, field):
    with pytest.raises(FactError) as caught:
        advise(book, {**ASKED, **changed})
    assert caught.value.field == field


def test_a_question_that_is_no_object_is_refused():
    with pytest.raises(FactError):
        read_inquiry(["information"])


def test_the_words_are_sentences():
    assert all(each.text for each in [*words().wants.values(), *words().about.values()])


@settings(max_examples=150, deadline=None)
@given(
    me=st.sampled_from(sorted(KINDS)),
    partner=st.none() | st.sampled_from(sorted(KINDS)),
    country=st.sampled_from(["NL", "DE", "GB", "JP", "CH", "EU"]),
    want=st.sampled_from(list(words().wants)),
    offences=st.lists(st.sampled_from(list(taxonomy().offences)), max_size=2),
    urgent=st.none() | st.booleans(),
    at=st.sampled_from(
        ["2009-06-01T10:00:00+02:00", "2024-06-01T10:00:00+02:00", "2026-11-22T10:00:00+01:00"]
    ),
)
def test_whoever_asks_for_whatever_gets_an_answer_under_articles(
    book, me, partner, country, want, offences, urgent, at
):
    asked = {
        "me": {"kind": me, "country": "NL"},
        "partner": {"kind": partner, "country": country},
        "want": want,
    }
    advice = advise(book, {**asked, "offences": offences, "urgent": urgent, "at": at})
    json.dumps(advice.as_json())
    assert len(advice.open) + len(advice.against) == len(book.procedures)
    for each in advice.open:
        assert each.articles
        assert me in (each.procedure.rules.parties[each.role].kinds or [me])
        assert each.fits or each.yields or any(question.decides for question in each.questions)


def test_nothing_is_advised_that_would_be_refused_for_who_asks(book):
    """What fits may be sent, once the form is filled in: neither parties nor territory stand against it."""
    asked = {"me": {"kind": "spoc", "country": "NL"}, "partner": {"kind": "spoc", "country": "DE"}}
    for want in words().wants:
        for each in advise(book, {**asked, "want": want, "at": ASKED["at"]}).open:
            parties = {each.role: [asked["me"]]}
            if each.partner_role:
                parties.setdefault(each.partner_role, []).append(asked["partner"])
            decision = decide(book, each.procedure.id, parties, datetime.fromisoformat(ASKED["at"]))
            assert decision.applies.value is not False, each.procedure.id


@pytest.mark.parametrize("want", ["vehicle-data", "police-record", "find-person"])
def test_a_contact_point_without_a_register_of_its_own_asks_under_the_general_act(want):
    asked = {
        "me": {"kind": "spoc", "country": "NL"}, "partner": {"kind": "spoc", "country": "DE"}, "want": want,
        "at": "2026-11-20T10:00:00+01:00",
    }  # fmt: skip
    assert "dir-2023-977/request" in [each.procedure.id for each in advise(standard_book(), asked).open]
