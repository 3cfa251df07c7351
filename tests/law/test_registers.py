from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import FactError, InstrumentError
from comity.law import Book, registers
from comity.law.calendars import calendar_of
from comity.law.files import HOME

REGISTER = {
    "id": "wanted",
    "title": "Wanted things",
    "instrument": "dir-2023-977",
    "moments": {"entered": "Entered", "birthday": "The person comes of age"},
    "facts": {"minor": "The person is a minor", "kind": {"text": "Kind of thing", "type": "text"}},
    "holdings": [
        {
            "id": "person",
            "text": "Persons",
            "article": "3",
            "keeping": [
                {
                    "after": "P1Y",
                    "from": "entered",
                    "do": "review",
                    "then_every": "P1Y",
                    "most": "P3Y",
                    "unless": "minor",
                    "article": "5",
                    "checked": {"source": "the act", "on": "2026-01-01"},
                },
                {"after": "P18Y", "from": "birthday", "do": "delete", "when": "minor", "article": "6"},
            ],
        },
        {
            "id": "thing",
            "text": "Things",
            "article": "3",
            "keeping": [
                {
                    "after": "P10Y",
                    "from": "entered",
                    "do": "delete",
                    "when": "kind == 'vehicle'",
                    "article": "7",
                }
            ],
        },
    ],
    "purposes": [{"id": "control", "text": "Control"}, {"id": "visa", "text": "Visas"}],
    "access": [
        {"kinds": ["police", "customs"], "purposes": ["control"], "sees": "full", "article": "8(1)"},
        {
            "kinds": ["customs"],
            "purposes": ["control"],
            "holdings": ["person"],
            "sees": "hit-no-hit",
            "needs": "a prior search of the own register",
            "article": "8(2)",
        },
        {"kinds": ["europol"], "purposes": ["control"], "sees": "hit-no-hit", "article": "9"},
        {
            "kinds": ["europol"],
            "purposes": ["control"],
            "sees": "full",
            "article": "9a",
            "in_force": {"since": "2026-06-01"},
        },
    ],
}
DAY = datetime(2026, 3, 5, 10, 20, tzinfo=UTC)
BERLIN = calendar_of("DE", "Europe/Berlin")


@pytest.fixture
def make(folder):
    def make(**changes):
        (folder / "registers").mkdir(exist_ok=True)
        path = folder / "registers" / "wanted.yaml"
        path.write_text(yaml.safe_dump(REGISTER | changes))
        return Book.load(folder)

    return make


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law")
    shutil.copytree(HOME / "lifecycles", folder / "lifecycles")
    for name in ("acts.yaml", "values.yaml"):
        shutil.copy(HOME / name, folder / name)
    for name in ("instruments", "registers"):
        (folder / name).mkdir()
    (folder / "registers" / "wanted.yaml").write_text(yaml.safe_dump(REGISTER))
    return Book.load(folder)


def seen(law, kind, holding="thing", purpose="control", at=DAY):
    found = registers.sees(law, "wanted", kind, purpose, holding, at)
    return found.sees, found.article


def test_what_no_rule_grants_is_denied(law):
    assert seen(law, "carrier") == ("none", "")
    assert seen(law, "police", purpose="visa") == ("none", "")
    assert "no rule lets" in registers.sees(law, "wanted", "carrier", "control", "thing", DAY).reason


def test_a_rule_about_a_holding_goes_before_one_about_all(law):
    assert seen(law, "customs") == ("full", "8(1)")
    assert seen(law, "customs", "person") == ("hit-no-hit", "8(2)")
    assert registers.sees(law, "wanted", "customs", "control", "person", DAY).needs.startswith("a prior")


def test_of_two_grants_the_wider_holds_from_the_day_it_is_in_force(law):
    assert seen(law, "europol") == ("hit-no-hit", "9")
    assert seen(law, "europol", at=DAY + timedelta(days=100)) == ("full", "9a")


def test_an_express_denial_goes_before_a_grant(make):
    denied = {"kinds": ["police"], "purposes": ["control"], "sees": "none", "article": "10"}
    book = make(access=[*REGISTER["access"], denied])
    assert seen(book, "police") == ("none", "10")


@given(
    kind=st.sampled_from(["police", "customs", "europol", "carrier", "bank"]),
    holding=st.sampled_from(["person", "thing"]),
    purpose=st.sampled_from(["control", "visa"]),
    days=st.integers(0, 1000),
)
def test_whoever_sees_anything_sees_it_under_an_article(law, kind, holding, purpose, days):
    found = registers.sees(law, "wanted", kind, purpose, holding, DAY + timedelta(days=days))
    assert (found.sees == "none") == (found.article == "")
    granted = registers.purposes_for(law, "wanted", kind, holding, DAY + timedelta(days=days))
    assert (purpose in granted) == (found.sees != "none")


def test_what_is_not_of_the_register_is_named_with_what_is(law):
    for call in (
        lambda: registers.sees(law, "wnated", "police", "control", "thing", DAY),
        lambda: registers.sees(law, "wanted", "police", "control", "thign", DAY),
        lambda: registers.sees(law, "wanted", "police", "cotnrol", "thing", DAY),
        lambda: keep(law, moments={"entred": DAY}),
        lambda: keep(law, facts={"miner": True}),
        lambda: keep(law, facts={"minor": "yes"}),
    ):
        with pytest.raises(FactError, match=r"known: |expected boolean"):
            call()


def keep(law, holding="person", moments=None, facts=None, confirmed=None, at=DAY):
    found = registers.keeping(
        law,
        "wanted",
        holding,
        {"entered": DAY} if moments is None else moments,
        facts or {},
        calendar=BERLIN,
        confirmed=confirmed,
        at=at,
    )
    return [(each.do, each.at and each.at.isoformat(), each.article) for each in found]


def test_an_entry_is_reviewed_and_deleted_at_its_most_on_local_days(law):
    assert keep(law) == [
        ("review", "2027-03-06T00:00:00+01:00", "5"),
        ("delete", "2029-03-06T00:00:00+01:00", "5"),
    ]


def test_a_review_that_confirms_the_need_runs_anew_but_never_beyond_the_most(law):
    assert keep(law, confirmed=datetime(2027, 3, 8, 9, tzinfo=UTC))[0][1] == "2028-03-09T00:00:00+01:00"
    assert keep(law, confirmed=datetime(2028, 3, 9, 9, tzinfo=UTC)) == [
        ("delete", "2029-03-06T00:00:00+01:00", "5")
    ]


def test_a_period_whose_moment_is_not_known_has_no_end_yet(law):
    assert keep(law, moments={}) == [("review", None, "5"), ("delete", None, "5")]


def test_conditions_decide_which_period_runs(law):
    grown = {"entered": DAY, "birthday": datetime(2026, 1, 1, 12, tzinfo=UTC)}
    assert keep(law, moments=grown, facts={"minor": True}) == [("delete", "2044-01-02T00:00:00+01:00", "6")]
    assert keep(law, "thing") == []
    assert keep(law, "thing", facts={"kind": "vehicle"}) == [("delete", "2036-03-06T00:00:00+01:00", "7")]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 4000))
def test_a_review_never_moves_the_deletion(law, entered, after):
    moment = entered.replace(tzinfo=UTC)
    confirmed = moment + timedelta(days=after)
    first, later = (
        keep(law, moments={"entered": moment}, confirmed=when, at=moment) for when in (None, confirmed)
    )
    assert later[-1] == first[-1]
    assert all(each[1] <= first[-1][1] for each in later)


def test_the_table_names_each_authority_and_purpose_with_its_rule(law):
    rows = [
        (row.kind, row.purpose, row.rule.article) for row in registers.table(law.registers["wanted"], DAY)
    ]
    assert rows == [
        ("police", "control", "8(1)"),
        ("customs", "control", "8(1)"),
        ("customs", "control", "8(2)"),
        ("europol", "control", "9"),
    ]


@pytest.mark.parametrize(
    ("condition", "said"),
    [("colour == 'red'", "colour"), ("kind", "true or false"), ("minor ==", "register wanted, person")],
)
def test_a_condition_that_cannot_be_read_stops_the_book(make, condition, said):
    rule = {"after": "P1Y", "from": "entered", "do": "delete", "when": condition, "article": "5"}
    person = REGISTER["holdings"][0] | {"keeping": [rule]}
    with pytest.raises(InstrumentError, match=said):
        make(holdings=[person, REGISTER["holdings"][1]])


def test_a_fact_in_plain_text_is_one_of_yes_or_no(law):
    facts = law.registers["wanted"].facts
    assert (facts["minor"].type, facts["kind"].type) == ("boolean", "text")
