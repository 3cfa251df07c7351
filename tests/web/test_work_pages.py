"""The pages of work without a browser: narrowed down, chosen, given, handed over, shared."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from comity.node.cases import casework, readers, teams, work, worklist
from comity.node.cases.filters import Filter
from comity.node.cases.models import Case, HandOver, SavedFilter

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": True,
    "urgency_reason": ["U4"],
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [{"schema": "Vessel", "properties": {"name": ["MERIDIAN QUEEN"]}}],
    "link_person_purpose": "The container was on board",
    "language": "en",
}


def draft(node, title="Owner of the vessel", role="officer", **facts):
    with node.act(role):
        return casework.open_case(REQUEST, node.de, title, {**FACTS, **facts}).pk


def case(node, case_id):
    with node.act("supervisor"):
        return Case.objects.select_related("assigned_to", "team").get(pk=case_id)


def text(answer):
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def officer(node):
    return node.client()


@pytest.fixture
def supervisor(node):
    return node.client("supervisor")


def test_the_worklist_is_narrowed_down_by_its_address(node, officer):
    draft(node, "Urgent one")
    draft(node, "Calm one", urgent=False, urgency_reason=None)
    page = text(officer.get("/worklist/?filter=all&urgency=not"))
    assert "Calm one" in page
    assert "Urgent one" not in page
    rows = officer.get("/worklist/rows/?filter=all&urgency=not")
    assert b'/worklist/rows/?filter=all&amp;urgency=not"' in rows.content
    assert officer.get("/worklist/?urgency=perhaps").status_code == 422


def test_the_worklist_has_pages(node, officer, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE", 2)
    for number in range(3):
        draft(node, f"Case {number}")
    page = officer.get("/worklist/?filter=all")
    assert 'href="?filter=all&amp;page=2"' in page.content.decode()
    assert "Case 2" in text(officer.get("/worklist/?filter=all&page=2"))


def test_a_filter_is_saved_shared_changed_and_put_away(node, officer, supervisor):
    draft(node)
    assert "Save this filter" in text(officer.get("/worklist/?filter=all&text=vessel"))
    assert "Save this filter" in text(officer.get("/filters/?query=filter%3Dall%26text%3Dvessel"))
    saved = officer.post(
        "/filters/", {"query": "filter=all&text=vessel", "name": "Vessels", "shared": "authority"}
    )
    assert saved.headers["location"] == "/worklist/?filter=all&text=vessel"
    assert "Vessels 1" in text(supervisor.get("/worklist/"))
    with node.act():
        kept = SavedFilter.objects.get().pk
    assert officer.post(f"/filters/{kept}/", {"name": "Ships", "shared": "mine"}).status_code == 302
    assert "Ships" not in text(supervisor.get("/worklist/"))
    assert supervisor.post(f"/filters/{kept}/end/").status_code == 404
    assert officer.post(f"/filters/{kept}/end/").status_code == 302
    assert "No filter is saved yet" in text(officer.get("/filters/"))
    assert officer.post("/filters/", {"query": "filter=x", "name": "Wrong"}).status_code == 422


def test_a_team_is_made_by_a_supervisor_and_changed(node, officer, supervisor):
    assert officer.post("/teams/", {"name": "Night"}).status_code == 403
    made = supervisor.post("/teams/", {"name": "Night", "officers": [node.officer().pk], "inbox": "yes"})
    address = made.headers["location"]
    assert "officer NL" in text(officer.get("/teams/"))
    assert "gets what comes in" in text(officer.get("/teams/"))
    assert "officer NL" in text(officer.get(address))
    assert supervisor.post(address, {"name": "Day"}).status_code == 302
    assert "Day" in text(supervisor.get(address))
    assert supervisor.post("/teams/", {"name": "Day"}).status_code == 422
    assert supervisor.post("/teams/", {"name": "x", "officers": ["many"]}).status_code == 422
    assert supervisor.post(f"{address}end/").status_code == 302
    assert supervisor.get(address).status_code == 404


def test_a_case_is_given_on_its_page_to_an_officer_a_team_or_nobody(node, officer):
    one = draft(node)
    with node.act("supervisor"):
        team = teams.make("Night")
    address = reverse("case-assign", args=[one])
    colleague = node.officer("supervisor")
    assert "Night" in text(officer.get(reverse("case", args=[one])))
    officer.post(address, {"to": f"team-{team.pk}"})
    assert (case(node, one).team, case(node, one).assigned_to) == (team, None)
    officer.post(address, {"to": f"officer-{colleague.pk}"})
    assert case(node, one).assigned_to == colleague
    assert officer.post(address, {"to": ""}).status_code == 403
    page = text(officer.get(reverse("case", args=[one])))
    assert "handed out by supervisors" in page
    assert officer.post(address, {"to": "king-1"}).status_code == 422
    assert officer.post(address, {"to": "officer-x"}).status_code == 422


def test_of_a_restricted_case_only_its_readers_are_offered(node, officer):
    one = draft(node)
    with node.act():
        readers.restrict(one, [], "source at risk")
    page = officer.get(reverse("case", args=[one])).content.decode()
    assert f'value="officer-{node.officer().pk}"' in page
    assert f'value="officer-{node.officer("supervisor").pk}"' not in page


def test_several_cases_are_given_at_once_and_the_result_says_which(node, officer):
    mine, theirs = draft(node), draft(node, "Of the supervisor", "supervisor")
    page = text(officer.get("/work/", {"case": [mine, theirs]}))
    assert "2 chosen cases" in page
    assert "possible in 2 of 2" in page
    to = f"officer-{node.officer('supervisor').pk}"
    result = text(officer.post("/work/", {"case": [mine, theirs], "do": "give", "to": to}))
    assert "Done in 1 case" in result
    assert "Not done in 1 case" in result
    assert case(node, mine).assigned_to == node.officer("supervisor")


def test_several_cases_are_tagged_at_once(node, officer):
    one = draft(node)
    assert officer.post("/work/", {"case": [one], "do": "tag"}).status_code == 422
    assert "Done in 1 case" in text(
        officer.post("/work/", {"case": [one], "do": "tag", "offences": ["terrorism"]})
    )
    assert case(node, one).offences == ["terrorism"]


def test_one_step_is_taken_in_several_cases_where_it_is_possible(node, officer):
    ready = draft(node)
    unfinished = draft(node, "Unfinished", information_sought=None)
    page = text(officer.get("/work/steps/sent/", {"case": [ready, unfinished]}))
    assert "no " in page
    form = {"case": [ready], "version": [case(node, ready).version], "codes": ["H0"]}
    assert "Done in 1 case" in text(officer.post("/work/steps/sent/", form))
    assert case(node, ready).state == "sent"
    assert "moved on" not in text(officer.post("/work/steps/sent/", form))
    assert "possible in none" in text(officer.get("/work/steps/nonsense/", {"case": [ready]}))


@pytest.mark.parametrize("query", ["", "?case=x", "?case=019cbd4b-fe00-7af0-a435-9c063d7f1ba9"])
def test_without_a_case_there_is_nothing_to_do(node, officer, query):
    assert officer.get(f"/work/{query}").status_code == 422
    assert officer.get(f"/work/steps/sent/{query}").status_code == 422


def test_a_shift_is_handed_over_and_confirmed_as_read(node, officer, supervisor):
    one = draft(node)
    page = text(officer.get("/handovers/"))
    assert "Everything I hold: 1 case" in page
    to = f"officer-{node.officer('supervisor').pk}"
    assert officer.post("/handovers/", {"to": to, "note": ""}).status_code == 422
    answer = officer.post("/handovers/", {"to": to, "note": "The judge calls at nine."})
    address = answer.headers["location"]
    assert "read by nobody yet" in text(officer.get(address))
    told = text(supervisor.get("/worklist/"))
    assert "Handed over to you: 1 case, by officer NL" in told
    assert "The judge calls at nine." in told
    assert supervisor.post(f"{address}read/").status_code == 302
    assert "Handed over to you" not in text(supervisor.get("/worklist/"))
    assert "read by supervisor NL" in text(officer.get(address))
    assert case(node, one).assigned_to == node.officer("supervisor")
    assert officer.post(f"{address}read/").status_code == 409
    assert node.client(code="de-spoc").get(address).status_code == 404


def test_chosen_cases_are_handed_over_and_those_that_cannot_go_stay(node, officer):
    secret, plain = draft(node, "Secret"), draft(node)
    with node.act():
        readers.restrict(secret, [], "source at risk")
    form = {"case": [secret, plain], "to": f"officer-{node.officer('supervisor').pk}", "note": "x"}
    assert "2 chosen cases" in text(officer.get("/handovers/", {"case": [secret, plain]}))
    result = text(officer.post("/handovers/", form))
    assert "only those who may know of it" in result
    with node.act("supervisor"):
        assert [each.count for each in work.hand_overs()] == [1]


def test_a_hidden_case_shows_in_no_page_of_work(node, officer, supervisor):
    secret = draft(node, "Secret matter")
    with node.act():
        readers.restrict(secret, [], "source at risk")
    for address in (
        f"/work/?case={secret}",
        f"/work/steps/sent/?case={secret}",
        f"/handovers/?case={secret}",
    ):
        hidden, none = (
            supervisor.get(address),
            supervisor.get(address.replace(str(secret), str(secret)[::-1])),
        )
        assert hidden.status_code == none.status_code == 422
        assert b"Secret" not in hidden.content
    assert "Secret" not in text(supervisor.get("/worklist/?filter=all&text=Secret"))


@pytest.fixture
def ask(node):
    """The API as an officer of a role: `ask(method, path, body)` gives status and JSON."""

    def call(method, path, body=None, role="officer"):
        answer = getattr(node.client(role), method)(
            f"/api{path}", body, content_type="application/json", headers={"X-Purpose": "test"}
        )
        return answer.status_code, answer.json() if answer.content else None

    return call


def test_a_program_reads_the_worklist_by_filter_and_page(node, ask):
    draft(node)
    with node.act():
        kept = SavedFilter.objects.count()
    assert kept == 0
    status, saved = ask("post", "/filters", {"query": "filter=all", "name": "All", "shared": "authority"})
    assert (status, saved["owner"]) == (201, "officer NL")
    answer = node.client("supervisor").get("/api/worklist?filter=all&text=vessel&page=1").json()
    assert (answer["total"], answer["pages"], answer["query"]) == (1, 1, "filter=all&text=vessel")
    assert [chip["count"] for chip in answer["saved"]] == [1]
    assert ask("put", f"/filters/{saved['id']}", {"name": "Everything"})[1]["name"] == "Everything"
    assert ask("delete", f"/filters/{saved['id']}")[0] == 204
    assert node.client().get("/api/worklist?filter=nonsense").status_code == 422
    assert node.client().get("/api/worklist?page=0").status_code == 422


def test_a_program_gives_previews_steps_and_hands_over(node, ask):
    one, other = (str(draft(node)) for _ in range(2))
    status, team = ask("post", "/teams", {"name": "Night", "officers": [node.officer().pk]}, "supervisor")
    assert (status, team["members"][0]["name"]) == (201, "officer NL")
    assert ask("post", f"/cases/{one}/assignment", {"team": team["id"]})[1]["team"] == "Night"
    done = ask("post", "/work/assignment", {"cases": [one, other], "officer": node.officer().pk})[1]
    assert all(each["done"] for each in done)
    choices = ask("post", "/work/preview", {"cases": [one, other], "step": "sent"})[1]
    assert [each["allowed"] for each in choices] == [True, True]
    seen = [{"case": one, "version": 1}]
    taken = ask("post", "/work/steps", {"cases": [one, other], "step": "sent", "seen": seen})[1]
    assert {each["case"]: each["done"] for each in taken} == {one: False, other: True}
    assert ask("post", "/work/tags", {"cases": [one], "offences": ["terrorism"]})[1][0]["done"]
    given = {"officer": node.officer("supervisor").pk, "note": "Good night"}
    status, handed = ask("post", "/handovers", given)
    assert (status, len(handed["outcomes"])) == (200, 2)
    number = handed["hand_over"]["id"]
    assert len(ask("get", f"/handovers/{number}", role="supervisor")[1]["cases"]) == 2
    assert ask("post", f"/handovers/{number}/read", {}, "supervisor")[1]["read_by"] == ["supervisor NL"]
    assert len(ask("get", "/handovers")[1]) == 1
    assert ask("put", f"/teams/{team['id']}", {"name": "Day"}, "supervisor")[1]["members"] == []
    assert ask("delete", f"/teams/{team['id']}", role="supervisor")[0] == 409
    with node.act():
        assert HandOver.objects.get().note == "Good night"
        assert worklist.read(Filter(view="mine")).rows == []
