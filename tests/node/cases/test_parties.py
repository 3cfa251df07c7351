"""Cases of other lifecycles than asking and telling, and of many parties: several nodes, each with its own view."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from comity.base.errors import Conflict, Gap, InputError, NotLawful, Unavailable, WireError
from comity.base.time import now
from comity.node import access, authorities
from comity.node.authorities import Authority, Identity
from comity.node.cases import (
    by_hand,
    casework,
    filters,
    parties,
    proposing,
    reading,
    receiving,
    rules,
    seating,
    worklist,
)
from comity.node.cases.models import Case, Party
from comity.node.exchange import receiving as exchange
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox

JIT = "jit/agreement"
TEAM = {
    "reason": "concerted",
    "purpose": "Trafficking in the port",
    "states_of_operation": ["NL", "DE"],
    "start": "2026-12-01",
    "end": "2027-12-01",
    "composition": "Two officers of each",
    "platform": False,
}


class Three:
    """The Dutch, German and French units, all on Comity, each with an officer; Portugal is reached by hand."""

    def __init__(self, node):
        self.node = node
        authorities.found("fr-spoc", "SPOC France", "FR", "spoc", ["fr", "en"])
        Authority.objects.exclude(code="europol").update(kind="police")
        self.nl, self.de, self.fr = map(authorities.partner, ("nl-spoc", "de-spoc", "fr-spoc"))
        self.camille = authorities.enrol(
            self.fr, "fr-officer", "Camille", ["officer"], "correct horse battery"
        )
        self.officers = {"nl": node.officer(), "de": node.officer(code="de-spoc"), "fr": self.camille}

    @contextmanager
    def acts(self, country):
        officer = self.officers[country]
        with access.acting_as(Identity(officer.authority_id, officer.pk), "test"):
            yield

    def carry(self, *senders):
        """Carry what waits from these authorities (all, if none is named) to the others."""
        for authority in senders or (self.nl, self.de, self.fr):
            for partner in Authority.objects.filter(channel="comity").order_by("pk"):
                while sending.deliver(Identity.of_node(authority), partner):
                    pass

    def case(self, country):
        return Case.objects.select_related("partner", "authority").get(procedure=self.procedure)

    procedure = JIT

    def take(self, country, step, content=None):
        with self.acts(country):
            return casework.take_step(self.case(country).pk, step, content or {})

    def state(self, country):
        with self.acts(country):
            return self.case(country).state

    def propose(self, *codes):
        """A team that the Dutch unit proposes to the authorities of these codes, and leads."""
        given = [{"role": "member", "partner": code} for code in codes]
        with self.acts("nl"):
            bound = rules.procedure(JIT, now())
            seats = seating.read(bound, self.nl, [*given, {"role": "leader", "partner": "nl-spoc"}])
            case = casework.open_case(JIT, None, "Port team", TEAM, seats=seats)
            casework.take_step(case.pk, "proposed", {})
        return case


@pytest.fixture
def three(node, monkeypatch):
    def post(url, *, content, **_):
        try:
            return httpx.Response(200, content=node.aside(exchange.receive, url.rsplit("/", 1)[1], content))
        except Gap as gap:
            return httpx.Response(409, json={"error": str(gap), "expected": gap.expected})
        except Unavailable as error:
            return httpx.Response(503, json={"error": str(error)})
        except WireError as error:
            return httpx.Response(403, json={"error": str(error)})

    monkeypatch.setattr("comity.node.exchange.sending.httpx.post", post)
    return Three(node)


def test_a_team_proposed_to_two_partners_is_signed_by_all_and_started(three):
    three.propose("de-spoc", "fr-spoc")
    three.carry()
    for country in ("de", "fr", "nl"):
        assert three.state(country) == "proposed"
        three.take(country, "signed")
        three.carry()
    assert [three.state(country) for country in ("nl", "de", "fr")] == ["agreed"] * 3
    three.take("nl", "started")
    three.carry()
    assert [three.state(country) for country in ("nl", "de", "fr")] == ["running"] * 3


def test_every_party_knows_all_parties_in_the_same_order(three):
    three.propose("de-spoc", "fr-spoc")
    three.carry()
    seen = []
    for country in ("nl", "de", "fr"):
        with three.acts(country):
            seen.append([(each.role, each.code) for each in rules.parties_of(three.case(country))])
    expected = [("member", "nl-spoc"), ("member", "de-spoc"), ("member", "fr-spoc"), ("leader", "nl-spoc")]
    assert sorted(seen[0]) == sorted(expected)
    assert seen[0] == seen[1] == seen[2]


def test_each_step_goes_to_each_of_the_others_in_its_own_transaction(three):
    case = three.propose("de-spoc", "fr-spoc")
    with three.acts("nl"):
        step = case.steps.get()
        sent = Outbox.objects.filter(conversation=case.conversation)
        assert {each.partner.code for each in sent} == {"de-spoc", "fr-spoc"}
        assert {step.message, *step.further_messages} == {each.pk for each in sent}


def test_a_step_is_received_once_the_first_party_has_it(three):
    case = three.propose("de-spoc", "fr-spoc")
    with three.acts("nl"):
        assert case.steps.get().received_at is None
    three.carry()
    with three.acts("nl"):
        assert case.steps.get().received_at is not None


def test_who_has_signed_waits_for_the_others_and_cannot_sign_twice(three):
    three.propose("de-spoc", "fr-spoc")
    three.carry()
    three.take("nl", "signed")
    with three.acts("nl"):
        case = three.case("nl")
        option = rules.option(case, "signed")
        assert (option.allowed, case.owed_by) == (False, rules.OTHERS)
        waiting = rules.next_for_us(case, rules.decision(case))
        assert "Germany" in waiting
        assert "France" in waiting
    three.carry()
    with three.acts("de"):
        case = three.case("de")
        assert (case.owed_by, rules.option(case, "signed").allowed) == (case.role, True)
        assert [row.case.pk for row in worklist.read(filters.Filter(view="all")).rows] == [case.pk]


def test_a_step_of_a_role_that_is_not_held_is_refused(three):
    three.propose("de-spoc", "fr-spoc")
    three.carry()
    with pytest.raises(NotLawful, match="started"):
        three.take("de", "started")


def test_a_step_that_arrives_before_the_case_is_tried_again(three):
    three.propose("de-spoc", "fr-spoc")
    with three.acts("nl"):
        Outbox.objects.filter(partner=three.fr).update(due_at=now() + timedelta(hours=1))
    three.carry(three.nl)
    three.take("de", "signed")
    three.carry(three.de)
    with three.acts("de"):
        waiting = Outbox.objects.get(partner=three.fr)
        assert waiting.state == Outbox.PENDING
        assert "not yet" in waiting.error
    with three.acts("nl"):
        Outbox.objects.filter(partner=three.fr).update(due_at=now())
    three.carry(three.nl)
    with three.acts("de"):
        Outbox.objects.filter(partner=three.fr).update(due_at=now())
    three.carry(three.de)
    with three.acts("fr"):
        assert [(each.step, each.by) for each in three.case("fr").steps.all()] == [
            ("proposed", "nl-spoc"),
            ("signed", "de-spoc"),
        ]


def test_a_stranger_to_the_case_takes_no_step_in_it(three):
    case = three.propose("de-spoc", "pt-spoc")
    three.carry()
    with three.acts("fr"):
        body = {"step": "signed", "reference": "FR-1", "content": {}, "handling": {}}
        sending.send(
            three.de, "case.step", body, conversation=case.conversation, procedure="dir-2023-977/request",
            purpose="test",
        )  # fmt: skip
    three.carry(three.fr)
    with three.acts("fr"):
        assert "No case is known" in Outbox.objects.get(partner=three.de).error
    assert three.state("de") == "proposed"


def test_a_party_without_comity_signs_by_hand(three):
    case = three.propose("de-spoc", "pt-spoc")
    three.carry()
    with three.acts("nl"):
        assert [each.code for each in by_hand.unconnected(three.case("nl"))] == ["pt-spoc"]
        message = Outbox.objects.get(partner=three.node.pt)
        assert message.state == Outbox.BY_HAND
        receiving.key_in(case.pk, "signed", {}, now(), {}, "SIENA", party="pt-spoc")
        with pytest.raises(Conflict, match="Germany"):
            receiving.key_in(case.pk, "signed", {}, now(), {}, "SIENA", party="de-spoc")
        assert [each.by for each in three.case("nl").steps.filter(step="signed")] == ["pt-spoc"]


def test_a_party_that_the_own_directory_does_not_know_is_kept_as_the_opener_named_it(three):
    three.propose("de-spoc", "pt-spoc")
    Authority.objects.filter(code="pt-spoc").update(code="pt-other")
    three.carry()
    with three.acts("de"):
        named = Party.objects.get(code="pt-spoc")
        assert (named.holder, named.connected, named.country) == (None, False, "PT")
        assert [each.code for each in by_hand.unconnected(three.case("de"))] == ["pt-spoc"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "choose at least one partner"),
        ([{"role": "captain", "partner": "de-spoc"}], "no role"),
        ([{"role": "member", "partner": "nobody"}], "no such partner"),
        ([{"role": "member", "partner": "de-spoc"}] * 2, "twice"),
        ([{"role": "member", "partner": "de-spoc"}], "leader needs 1"),
    ],
)
def test_roles_that_are_not_rightly_filled_are_named(three, given, words):
    def open_with(bound):
        casework.open_case(JIT, None, "Port team", {}, seats=seating.read(bound, three.nl, given))

    with three.acts("nl"), pytest.raises(InputError, match=words):
        open_with(rules.procedure(JIT, now()))


@pytest.mark.parametrize(
    ("role", "more", "words"),
    [
        ("leader", [], "holds no role"),
        ("member", ["member"], "twice in the same role"),
        ("member", ["steps"], "no role"),
    ],
)
def test_parties_that_cannot_be_are_refused_with_the_reason(three, role, more, words):
    france = {"code": "fr-spoc", "name": "France", "kind": "spoc", "country": "FR"}
    told = [
        {"role": "member", "code": "de-spoc", "name": "Germany", "kind": "spoc", "country": "DE"},
        *({"role": each} | france for each in (role, *more)),
    ]
    with three.acts("fr"):
        body = {
            "step": "proposed",
            "reference": "FR-1",
            "title": "X",
            "facts": TEAM,
            "content": {},
            "parties": told,
        }
        row = sending.send(
            three.de, "case.step", body, conversation=three.camille.identity, procedure=JIT, purpose="test"
        )
    three.carry(three.fr)
    with three.acts("fr"):
        row.refresh_from_db()
        assert words in row.error


def test_a_case_is_found_by_each_of_its_partners(three):
    three.propose("de-spoc", "fr-spoc")
    with three.acts("nl"):
        for code in ("de-spoc", "fr-spoc"):
            shown = worklist.read(filters.Filter(view="all", partner=code))
            assert [row.case.procedure for row in shown.rows] == [JIT]
        assert worklist.read(filters.Filter(view="all", partner="pt-spoc")).rows == []


def test_the_parties_of_a_restricted_case_are_hidden_with_it(three):
    from comity.node.cases import readers

    case = three.propose("de-spoc", "fr-spoc")
    with three.node.act("supervisor"):
        readers.restrict(case.pk, [], "a secret")
    with three.acts("nl"):
        assert not Party.objects.exists()


def test_the_commission_opens_a_plan_and_the_state_reports(three):
    Authority.objects.filter(code="nl-spoc").update(kind="commission", country="EU")
    Authority.objects.filter(code="de-spoc").update(kind="member-state")
    three.nl.refresh_from_db()
    three.procedure = "schengen-evaluation/recommendation"
    facts = {"evaluation_type": "periodic", "evaluation_ended": "2026-11-01", "serious_deficiency": False}
    with three.acts("nl"):
        case = casework.open_case(three.procedure, Authority.objects.get(code="de-spoc"), "Border", facts)
        assert {each.role: each.code for each in rules.parties_of(case)} == {
            "reviewer": "nl-spoc",
            "owner": "de-spoc",
            "council": "council-eu",
        }
        casework.take_step(case.pk, "opened", {})
    three.carry()
    with three.acts("de"):
        known = three.case("de")
        assert (known.role, known.other_role, known.incoming) == ("owner", "reviewer", True)
        casework.take_step(known.pk, "implemented", {})
    three.carry()
    assert three.state("nl") == "implemented"


def test_what_is_proposed_towards_a_partner_says_who_would_hold_which_role(three):
    with three.acts("nl"):
        found = {each.procedure.id: each for each in proposing.proposals(three.nl, three.de)}
    held = {(each.role, each.code) for each in found[JIT].seats}
    assert held == {("member", "nl-spoc"), ("member", "de-spoc"), ("leader", "nl-spoc")}
    assert found[JIT].fits
    assert not found["vis/law-enforcement-access"].fits


def test_reading_a_case_of_many_shows_who_took_which_step(three):
    case = three.propose("de-spoc", "fr-spoc")
    three.carry()
    three.take("fr", "signed")
    three.carry()
    with three.acts("nl"):
        view = reading.read_case(case.pk)
        assert [rules.name_of(view.case, step) for step in view.steps] == ["SPOC Netherlands", "SPOC France"]
        assert [step.ours for step in view.steps] == [True, False]
        assert parties.own_roles(view.case, rules.bound_of(view.case)) == ["member", "leader"]
