"""Every procedure of the book works on the pages, in the API and on paper, with no code of its own.

Nothing here knows a procedure: authorities take on the kinds that it asks for, its form is filled in with values
made for the types of its fields, and what follows is the same for all.
"""

from __future__ import annotations

import pytest

from comity.law import standard_book
from comity.law.schema import Field
from comity.node import authorities
from comity.node.authorities import Authority
from comity.node.cases import parties, rules, seating
from comity.node.cases.models import Case
from comity.web import drafting, seats, subjects

BOOK = standard_book()
LIFECYCLES = sorted({BOOK.procedure(name).rules.lifecycle for name in BOOK.procedures})
VALUES = {
    "boolean": "yes",
    "text": "In words",
    "longtext": "In more words",
    "number": "1",
    "date": "2026-11-20",
    "instant": "2026-11-20T10:00",
    "country": "DE",
    "language": "en",
    "texts": "One\nTwo",
    "countries": "DE, FR",
}
PARTNERS = ("de-spoc", "fr-one", "fr-two")


def typed(field: Field) -> dict[str, list[str]]:
    """What a person types into the control of a field."""
    name = drafting.PREFIX + field.id
    if field.type in ("list", "entity"):
        row = {"kind": "Person", "name": "Jan Jansen"}
        return {f"{name}-{column}": [row.get(column, "")] for column in subjects.COLUMNS}
    return {name: [field.of[0].id if field.of else VALUES[field.type]]}


def becomes(code: str, role, otherwise: str) -> None:
    """Let an authority be of a kind that may hold a role."""
    kind = role.kinds[0] if role.kinds else "police"
    Authority.objects.filter(code=code).update(kind=kind, country=role.country or otherwise)


def said(answer) -> str:
    """What a page that was not accepted says of it."""
    return answer.content.decode().partition('role="alert"')[2][:600]


class Walk:
    """An officer of the Dutch authority goes through one procedure after another."""

    def __init__(self, node):
        self.node, self.client, self.partner = node, node.client(), node.client(code="de-spoc")
        for code, name in (("fr-one", "First France"), ("fr-two", "Second France")):
            authorities.add_partner({"code": code, "name": name, "country": "FR", "kind": "police"})

    def through(self, name: str) -> str:
        """Open a case of a procedure from its form, and look at it in every way; returns the state it reaches."""
        bound = BOOK.procedure(name)
        mine = parties.openers(bound)[0]
        becomes("nl-spoc", bound.rules.parties[mine], "NL")
        others = [role for role in bound.rules.parties if role != mine] or [mine]
        for code, role in zip(PARTNERS, [*others, mine], strict=False):
            becomes(code, bound.rules.parties[role], "DE" if code == "de-spoc" else "FR")
        case = self.opened(name)
        assert self.client.get(f"/cases/{case}/").status_code == 200
        with self.node.act():
            steps = {each.step: each for each in rules.options(Case.objects.get(pk=case)) if each.allowed}
        if bound.lifecycle.opening in steps:
            self.sent(case, steps[bound.lifecycle.opening])
        self.seen(case)
        with self.node.act():
            return Case.objects.get(pk=case).state

    def opened(self, name: str):
        address, bound = f"/cases/new/{name}/?partner=de-spoc", BOOK.procedure(name)
        page = self.client.get(address)
        assert page.status_code == 200, page.content
        given = {"title": ["A case"], "save": ["draft"]}
        for field in drafting.asked(bound):
            if field.required or field.required_when:
                given |= typed(field)
        given |= self.roles(bound)
        check = self.client.post(address.replace("/?", "/check/?"), given)
        assert check.status_code == 200
        answer = self.client.post(address, given)
        assert answer.status_code == 302, said(answer)
        return answer["Location"].strip("/").split("/")[-1]

    def roles(self, bound) -> dict[str, list[str]]:
        """The choices of the form as it is opened; where holders are lacking, the next that it offers."""
        with self.node.act():
            me, partner = authorities.partner("nl-spoc"), authorities.partner("de-spoc")
            proposed = seating.fill(bound, me, partner, authorities.partners_of(me))
            controls = seats.controls(bound, me, proposed, {})
        given = {}
        for control in controls:
            values = sorted(control.choices, key=lambda choice: not choice[2])
            mine = control.role == seating.opening_role(bound, me)
            count = max(sum(choice[2] for choice in values), control.rule.min - mine)
            given[control.name] = [value for value, _, _ in values[:count]]
        return given

    def sent(self, case, option) -> None:
        address = f"/cases/{case}/steps/{option.step}/"
        assert self.client.get(address).status_code == 200
        given = {"codes": ["H0"], "text": "Sent"}
        for need in option.needs:
            given |= typed(need)
        with self.node.act():
            given["version"] = Case.objects.get(pk=case).version
        answer = self.client.post(address, given)
        assert answer.status_code == 302, said(answer)
        self.node.carry()
        with self.node.act():
            conversation = Case.objects.get(pk=case).conversation
        with self.node.act(code="de-spoc"):
            theirs = Case.objects.get(conversation=conversation)
        assert self.partner.get(f"/cases/{theirs.pk}/").status_code == 200

    def seen(self, case) -> None:
        page = self.client.get(f"/cases/{case}/")
        assert page.status_code == 200
        told = self.client.get(f"/api/cases/{case}")
        assert told.status_code == 200, told.content
        assert {each["partner"] for each in told.json()["parties"]} > {"nl-spoc"}
        paper = self.client.post(f"/cases/{case}/export/", {"form": "pdf", "purpose": "test"})
        assert (paper.status_code, paper.content[:4]) == (200, b"%PDF")


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_every_procedure_has_its_form_page_api_and_paper(node, lifecycle):
    walk, wrong, reached = Walk(node), {}, set()
    for name in BOOK.procedures:
        if BOOK.procedure(name).rules.lifecycle == lifecycle:
            try:
                reached.add(walk.through(name))
            except AssertionError as error:
                wrong[name] = str(error)[:500]
    assert wrong == {}
    assert reached - {"draft"}


def test_the_worklist_shows_cases_of_all_lifecycles_on_both_sides(node):
    walk = Walk(node)
    for lifecycle in LIFECYCLES:
        walk.through(
            next(name for name in BOOK.procedures if BOOK.procedure(name).rules.lifecycle == lifecycle)
        )
    for code in ("nl-spoc", "de-spoc"):
        page = node.client(code=code).get("/worklist/?filter=all")
        assert page.status_code == 200
    assert node.client().get("/cases/").status_code == 200
