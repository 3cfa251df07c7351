from __future__ import annotations

import hashlib

import pytest

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.base.time import now
from comity.node import ledger
from comity.node.attachments import storing
from comity.node.attachments.models import Attachment, Enclosure
from comity.node.cases import attaching, casework, copies, readers, receiving
from comity.node.cases.models import Case
from comity.node.exchange import sending
from comity.node.exchange.models import Inbox, Outbox
from comity.node.home import AttachmentRules, Home

REQUEST = "dir-2023-977/request"
PDF = b"%PDF-1.7\nThree calls in Hamburg.\n%%EOF\n"
NOTE = b"Known since 2019.\n"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [],
    "language": "en",
}


def draft(node, partner, code="nl-spoc", role="officer"):
    with node.act(role, code):
        return casework.open_case(REQUEST, partner, "Owner of a vessel", FACTS)


def attach(node, case, name="report.pdf", data=PDF, code="nl-spoc"):
    with node.act("officer", code):
        return attaching.attach(case.pk, name, data)


def take(node, case, step, files, code="nl-spoc", codes=("H0",), **content):
    with node.act("officer", code):
        content["attachments"] = [file.pk for file in files]
        return casework.take_step(case.pk, step, content, marking={"codes": list(codes)})


def asked(node, *files):
    """A request that went to Germany with these files: `(our case, their case)`."""
    case = draft(node, node.de)
    take(node, case, "sent", [attach(node, case, name, data) for name, data in files])
    node.carry()
    with node.act("officer", "de-spoc"):
        return case, Case.objects.latest("reference")


def files_of(node, case, code="nl-spoc"):
    with node.act("officer", code):
        return attaching.files(case)


def test_an_officer_adds_lists_and_opens_a_file_and_the_ledger_tells_of_each(node):
    case = draft(node, node.de)
    added = attach(node, case)
    with node.act():
        [listed] = attaching.list_files(case.pk)
        assert listed.attachment == added
        assert attaching.open_file(added.pk) == (added, PDF)
    with node.act("supervisor"):
        kinds = {line.kind: line for line in ledger.lines(case=str(case.conversation))}
    assert {"attachment.added", "attachments.listed", "attachment.read"} <= set(kinds)
    assert kinds["attachment.read"].body["sha256"] == added.sha256


def test_the_data_protection_officer_sees_the_list_and_opens_no_file(node):
    added = attach(node, case := draft(node, node.de))
    with node.act("data-protection-officer"):
        assert [each.attachment.pk for each in attaching.list_files(case.pk)] == [added.pk]
    with pytest.raises(Denied), node.act("data-protection-officer"):
        attaching.open_file(added.pk)


def test_it_shows_no_file_to_another_authority(node):
    added = attach(node, case := draft(node, node.de))
    with node.act("officer", "de-spoc"):
        for refused in (
            lambda: attaching.open_file(added.pk),
            lambda: attaching.scan_again(added.pk),
            lambda: attaching.attach(case.pk, "a.txt", b"a"),
            lambda: attaching.list_files(case.pk),
        ):
            with pytest.raises(NotFound):
                refused()


def test_the_files_of_a_hidden_case_are_hidden_with_it(node):
    added = attach(node, case := draft(node, node.de, role="supervisor"))
    with node.act("supervisor"):
        readers.restrict(case.pk, [], "Source protection")
    other = draft(node, node.de)
    with node.act():
        with pytest.raises(NotFound):
            attaching.open_file(added.pk)
        with pytest.raises(NotFound):
            casework.take_step(other.pk, "sent", {"attachments": [added.pk]})
        assert Attachment.objects.count() == 0
    with node.act("supervisor"):
        assert attaching.open_file(added.pk)[1] == PDF


def test_files_travel_with_a_request_and_are_the_same_there(node):
    _, theirs = asked(node, ("report.pdf", PDF), ("note.txt", NOTE))
    came = files_of(node, theirs, "de-spoc")
    assert [each.attachment.name for each in came] == ["report.pdf", "note.txt"]
    assert {each.passages[0].step.step for each in came} == {"sent"}
    with node.act("officer", "de-spoc"):
        assert [attaching.open_file(each.attachment.pk)[1] for each in came] == [PDF, NOTE]
        assert came[0].attachment.partner_id == node.nl.pk


def test_the_receipt_covers_the_files(node):
    case, _ = asked(node, ("report.pdf", PDF))
    [sent] = files_of(node, case)
    message = sent.passages[0].message
    assert message.state == Outbox.SENT
    assert message.receipt
    with node.act():
        assert sending.read(message).parts == (hashlib.sha256(PDF).hexdigest(),)


def test_the_messages_that_are_kept_do_not_hold_the_files(node):
    asked(node, ("note.txt", NOTE))
    with node.act("officer", "de-spoc"):
        assert NOTE not in bytes(Inbox.objects.latest("received_at").signed)
    with node.act():
        [row] = Outbox.objects.all()
        assert sending.read(row).body["content"]["attachments"][0]["name"] == "note.txt"


def test_an_answer_brings_files_back_and_the_step_names_them(node):
    case, theirs = asked(node)
    found = attach(node, theirs, code="de-spoc")
    take(node, theirs, "answered", [found], code="de-spoc", text="See the report.")
    node.carry()
    [came] = files_of(node, case)
    assert came.attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    assert came.passages[0].step.content["attachments"][0]["name"] == "report.pdf"


def test_a_file_that_is_not_taken_here_waits_in_quarantine_and_the_step_is_kept(node, monkeypatch):
    monkeypatch.setitem(storing.types.TYPES, "pdf", "application/x-other")
    with monkeypatch.context() as at_home:
        at_home.setattr(storing.types, "check", lambda name, data: "application/pdf")
        case = draft(node, node.de)
        file = attach(node, case)
        take(node, case, "sent", [file])
    node.carry()
    with node.act("officer", "de-spoc"):
        theirs = Case.objects.latest("reference")
        [came] = attaching.files(theirs)
        assert came.attachment.verdict == Attachment.REFUSED
        assert "content is not that" in came.attachment.note
        with pytest.raises(Conflict, match="quarantine"):
            attaching.open_file(came.attachment.pk)
        with pytest.raises(Conflict, match="refused"):
            attaching.scan_again(came.attachment.pk)
    assert theirs.state == "received"


def test_a_scanner_that_does_not_answer_keeps_no_partner_waiting_for_each_file(node, monkeypatch):
    case = draft(node, node.de)
    files = [attach(node, case, f"{number}.txt", b"%d" % number) for number in range(3)]
    take(node, case, "sent", files)
    asked = []
    monkeypatch.setattr(Home, "attachments", AttachmentRules(scan=["/nowhere"]))
    scan = storing.scanning.scan
    monkeypatch.setattr(storing.scanning, "scan", lambda data: asked.append(data) or scan(data))
    node.carry()
    with node.act("officer", "de-spoc"):
        verdicts = list(Attachment.objects.values_list("verdict", flat=True))
    assert verdicts == [Attachment.WAITING] * 3
    assert asked == [b"0"]


def test_a_message_whose_step_does_not_name_its_files_is_refused_and_leaves_nothing(node):
    case = draft(node, node.de)
    file = attach(node, case)
    with node.act():
        body = {"step": "sent", "reference": "NL-9", "title": "x", "facts": FACTS, "content": {}}
        sending.send(
            node.de, "case.step", body, conversation=case.conversation, procedure=REQUEST, purpose="x",
            parts=[file.sha256],
        )  # fmt: skip
    node.carry()
    with node.act():
        assert "one line for each file" in Outbox.objects.get().error
    with node.act("officer", "de-spoc"):
        assert (Case.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_file_in_quarantine_cannot_be_sent_until_a_scan_clears_it(node, monkeypatch):
    monkeypatch.setattr(Home, "attachments", AttachmentRules(scan=["/nowhere"]))
    case = draft(node, node.de)
    file = attach(node, case)
    with pytest.raises(InputError, match="in quarantine"):
        take(node, case, "sent", [file])
    monkeypatch.setattr(Home, "attachments", AttachmentRules(scan=["/bin/true"]))
    with node.act():
        assert attaching.scan_again(file.pk).verdict == Attachment.CLEAN
    take(node, case, "sent", [file])


def test_a_step_that_fails_leaves_neither_message_nor_enclosure(node, monkeypatch):
    case = draft(node, node.de)
    file = attach(node, case)
    monkeypatch.setattr(casework, "_changed", lambda case: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(node, case, "sent", [file])
    with node.act():
        assert (Outbox.objects.count(), Enclosure.objects.count()) == (0, 0)


def test_a_file_passed_on_obeys_the_handling_code_it_came_with(node):
    case, theirs = asked(node)
    found = attach(node, theirs, code="de-spoc")
    take(node, theirs, "answered", [found], code="de-spoc", text="See the report.", codes=("H2",))
    node.carry()
    [came] = files_of(node, case)
    other = draft(node, node.pt)
    with pytest.raises(Denied, match="H2"):
        take(node, other, "sent", [came.attachment])
    with node.act():
        assert Attachment.objects.filter(case=other).count() == 0


def test_a_file_that_may_be_passed_on_takes_its_code_along(node):
    case, theirs = asked(node)
    found = attach(node, theirs, code="de-spoc")
    take(node, theirs, "answered", [found], code="de-spoc", text="See the report.", codes=("H1",))
    node.carry()
    [came] = files_of(node, case)
    other = draft(node, node.pt)
    step = take(node, other, "sent", [came.attachment])
    assert step.handling["codes"] == ["H1"]
    [copied] = files_of(node, other)
    assert copied.attachment.handling["provider"] == "SPOC Germany"
    with node.act():
        assert attaching.open_file(copied.attachment.pk)[1] == PDF
        offered = attaching.sendable(draft(node, node.pt))
        assert came.attachment in offered


def test_a_copy_takes_the_files_of_its_step_along(node):
    case = draft(node, node.pt)
    step = take(node, case, "sent", [attach(node, case)])
    with node.act():
        copies.decide(case.pk, step.pk, "europol_request", True, "", node.de)
    node.carry()
    with node.act("officer", "de-spoc"):
        copy = Case.objects.get(role="copy")
        [came] = attaching.files(copy)
        assert attaching.open_file(came.attachment.pk)[1] == PDF


def test_files_of_an_answer_by_another_channel_are_the_partners(node):
    case = draft(node, node.pt)
    take(node, case, "sent", [])
    with node.act():
        [row] = Outbox.objects.all()
        sending.sent_by_hand(row.pk, "SIENA", now())
    file = attach(node, case)
    with node.act():
        content = {"text": "See the report", "attachments": [file.pk]}
        receiving.key_in(case.pk, "answered", content, now(), {"codes": ["H2"]}, "SIENA")
    with pytest.raises(Denied, match="H2"):
        take(node, draft(node, node.de), "sent", [file])


@pytest.mark.parametrize("given", [["nonsense"], [7], ["019cbd4b-fe00-7af0-a435-9c063d7f1ba9"]])
def test_what_is_no_file_of_ours_cannot_be_sent(node, given):
    case = draft(node, node.de)
    with node.act(), pytest.raises((InputError, NotFound)):
        casework.take_step(case.pk, "sent", {"attachments": given})


def test_no_more_than_fits_goes_with_one_step(node):
    case = draft(node, node.de)
    big = [
        attach(node, case, f"{number}.pdf", PDF + b"%d" % number + b" " * (11 * 2**20)) for number in range(2)
    ]
    with pytest.raises(InputError, match="at most 20 MB"):
        take(node, case, "sent", big)
    take(node, case, "sent", big[:1])
    assert node.carry() == 1
