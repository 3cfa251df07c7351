from __future__ import annotations

import pytest

from comity.base.errors import Denied, NotFound
from comity.node import jobs, ledger
from comity.node.cases import casework, exporting, notes
from comity.node.cases.models import Case, Reader
from comity.wire.export import is_proofs, verify_proofs

REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner of the vessel",
    "purpose_facts_offence": "Drug trafficking",
    "reasons_available": "The vessel called at Hamburg",
    "subjects": [],
    "language": "en",
}
SECRET = "The owner is known"


def answered(node, *, codes=("H0",), text="", consent=True):
    """A Dutch request with a German answer under these handling codes, as the Dutch desk has it."""
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {})
        notes.write(case.pk, "Ask again on Monday")
    node.carry()
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get(conversation=case.conversation)
        content = {"fields": {"information": SECRET, **({"evidence_use": True} if consent else {})}}
        casework.take_step(theirs.pk, "answered", content, marking={"codes": list(codes), "text": text})
    node.carry()
    return case


def export(node, case, role="officer", **options):
    with node.act(role):
        return exporting.export_case(case.pk, **options)


def proofs(dossier, tmp_path):
    file = tmp_path / "proofs.jsonl"
    file.write_text("".join(dossier.evidence.lines))
    return file


def test_a_case_is_exported_whole_and_that_is_an_entry(node):
    case = answered(node, codes=["H1"], consent=False)
    dossier = export(node, case, with_notes=True)
    assert dossier.view.steps[-1].content["fields"]["information"] == SECRET
    assert [each.text for each in dossier.notes] == ["Ask again on Monday"]
    assert (dossier.withheld, dossier.evidence) == ([], None)
    with node.act():
        body = ledger.lines(kind="case.exported")[0].body
    assert (body["purpose"], body["notes"], body["for_court"]) == ("test", True, False)


def test_notes_stay_inside_unless_asked_for(node):
    assert export(node, answered(node)).notes == []


@pytest.mark.parametrize(
    ("codes", "text", "consent", "reason"),
    [
        (["H1"], "", True, "judicial proceedings"),
        (["H2"], "", True, "passed on"),
        (["H3"], "Only for the unit that asked", True, "Only for the unit that asked"),
        (["H0"], "", False, "has not consented to its use as evidence"),
    ],
)
def test_what_a_court_may_not_get_is_left_out_and_named(node, tmp_path, codes, text, consent, reason):
    case = answered(node, codes=codes, text=text, consent=consent)
    jobs.seal_once()
    dossier = export(node, case, for_court=True)
    (left_out,) = dossier.withheld
    assert reason in left_out.reason
    assert left_out.step.step == "answered"
    everything = (
        proofs(dossier, tmp_path).read_text() + repr(dossier.view.steps) + repr(dossier.view.timeline)
    )
    assert SECRET not in everything
    assert all(SECRET not in str(step.content) for step in dossier.view.steps)


def test_what_a_court_may_get_is_disclosed_with_its_proof(node, tmp_path):
    case = answered(node)
    jobs.seal_once()
    dossier = export(node, case, for_court=True)
    file = proofs(dossier, tmp_path)
    assert dossier.withheld == []
    assert SECRET in file.read_text()
    assert is_proofs(file)
    report = verify_proofs(file)
    assert report.ok
    assert report.proven == report.entries == len([each for each in dossier.evidence.entries if each.place])
    assert {each.entry.kind for each in dossier.evidence.entries if each.disclosed} == {
        "case.opened", "step.sent", "step.answered",
    }  # fmt: skip


def test_internal_notes_never_reach_a_courts_proofs(node, tmp_path):
    case = answered(node)
    jobs.seal_once()
    dossier = export(node, case, for_court=True)
    assert "Ask again on Monday" not in proofs(dossier, tmp_path).read_text()


def test_a_request_of_others_is_left_out_with_its_title_and_facts(node):
    with node.act():
        case = casework.open_case(REQUEST, node.de, "Owner of a vessel", FACTS)
        casework.take_step(case.pk, "sent", {}, marking={"codes": ["H1"]})
    node.carry()
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.get(conversation=case.conversation)
        dossier = exporting.export_case(theirs.pk, for_court=True)
        assert (dossier.case.title, dossier.case.facts) == ("", {})
        theirs.refresh_from_db()
        assert theirs.title == "Owner of a vessel"


def test_it_refuses_a_restricted_case_as_if_there_were_none(node):
    case = answered(node)
    with node.act("supervisor"):
        Reader.objects.create(case=case, conversation=case.conversation, officer=node.officer("supervisor"))
    with pytest.raises(NotFound):
        export(node, case)
    assert export(node, case, "supervisor").case.pk == case.pk


def test_it_refuses_without_a_purpose(node):
    case = answered(node)
    with pytest.raises(Denied, match="purpose"), node.act(purpose=""):
        exporting.export_case(case.pk)
