from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from comity.base.errors import Conflict, Denied, InputError, NotFound, NotLawful
from comity.base.time import clock
from comity.node import authorities
from comity.node.cases import by_hand, casework, numbers, readers, receiving, rules, targets
from comity.node.cases.models import Case

START = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
REQUEST = "dir-2023-977/request"
FACTS = {
    "urgent": False,
    "information_sought": "Calls of the vessel in Lisbon",
    "purpose_facts_offence": "Drug trafficking by sea",
    "reasons_available": "It called there on 1 March",
    "subjects": [],
    "language": "en",
}
STEPS = ("answered", "refused", "clarification_requested", "extended", "withdrawn")


@pytest.fixture
def at():
    class Hand:
        now = START

    with clock(lambda: Hand.now):
        yield Hand


def options(*steps, closed=()):
    return [SimpleNamespace(step=step, allowed=step not in closed) for step in steps]


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("She called twice, on 1 and 9 March.", "answered"),
        ("We regret that the request is refused.", "refused"),
        ("This information cannot be provided.", "refused"),
        ("Die Auskunft wird abgelehnt.", "refused"),
        ("Les données ne peuvent être communiquées: refus.", "refused"),
        ("Could you please specify the months?", "clarification_requested"),
        ("Bitte teilen Sie uns das Geburtsdatum mit.", "clarification_requested"),
        ("Veuillez préciser la période.", "clarification_requested"),
        ("There is a delay; a court decides.", "extended"),
        ("Die Antwort verzögert sich.", "extended"),
        ("We withdraw our request.", "withdrawn"),
    ],
)
def test_a_step_is_proposed_by_the_words_of_the_text(text, step):
    assert by_hand.propose_step(text, options(*STEPS)).step == step


def test_only_a_step_that_may_be_taken_is_proposed():
    assert by_hand.propose_step("It is refused.", options(*STEPS, closed=("refused",))).step == "answered"
    assert by_hand.propose_step("The months are March and April", options("clarification_given")).step == (
        "clarification_given"
    )
    assert by_hand.propose_step("x", options("sent", closed=("sent",))) is None


def test_a_message_as_json_says_itself_what_it_is():
    message = {"body": {"step": "refused", "content": {"fields": {"refusal_reason": "Too old."}}}}
    read = by_hand.read_file("m.json", json.dumps(message).encode())
    assert (read.text, read.step) == ("Too old.", "refused")
    assert by_hand.read_file("m.json", b'{"other": 1}').text == '{"other": 1}'


def test_a_mail_is_read_with_its_subject_and_date():
    mail = b"Subject: Your request\nDate: Thu, 05 Mar 2026 10:00:00 +0100\n\nShe called twice.\n"
    read = by_hand.read_file("a.EML", mail)
    assert read.text == "Your request\n\nShe called twice."
    assert read.at == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    marked = b"Subject: x\nContent-Type: text/html\n\n<p>She <b>called</b> &amp; left</p>"
    assert "called" in by_hand.read_file("a.eml", marked).text
    assert "<b>" not in by_hand.read_file("a.eml", marked).text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"a\x00b", "expected a mail"),
        ("a.txt", b"x" * (by_hand.LARGEST + 1), "at most"),
        ("a.json", b"{", "no JSON"),
        ("a.json", b"[" * 100_000, "no JSON"),
        ("a.eml", b"Content-Type: message/rfc822\n\n" * 3000, "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_so(name, content, words):
    with pytest.raises(InputError, match=words) as refused:
        by_hand.read_file(name, content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"Date: nonsense\n\nShe called.", "She called."),
        (b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\n", ""),
    ],
)
def test_odd_mails_are_read_as_far_as_they_go(content, text):
    read = by_hand.read_file("a.eml", content)
    assert (read.text, read.at) == (text, None)


def test_a_mail_in_an_unknown_writing_is_refused():
    with pytest.raises(InputError, match="paste its text"):
        by_hand.read_file("a.eml", b"Content-Type: text/plain; charset=no\n\n\xff")


def write_down(node, **changes):
    given = {
        "procedure": REQUEST,
        "partner": node.pt,
        "title": "Owner of a car",
        "facts": {"urgent": False, "information_sought": "Owner", "language": "en"},
        "received_at": START - timedelta(hours=3),
        "channel": "SIENA",
    } | changes
    return receiving.write_down(
        given.pop("procedure"), given.pop("partner"), given.pop("title"), given.pop("facts"),
        given.pop("received_at"), **given,
    )  # fmt: skip


def test_a_request_written_down_runs_its_clock_from_the_instant_it_came(at, node):
    with node.act():
        case = write_down(node, number="4711-1", partner_reference="PT-7")
        found = casework.find(case.pk)
        assert (found.role, found.state, found.owed_by) == ("requested", "received", "requested")
        assert found.received_at == START - timedelta(hours=3)
        assert found.due_at is not None
        assert found.partner_reference == "PT-7"
        (number,) = numbers.of_case(found)
        assert (number.number, number.ours, number.step.step) == ("4711-1", False, "sent")
        casework.take_step(case.pk, "answered", {"text": "A company's."})
        (waiting,) = by_hand.waiting()
        assert (waiting.case.pk, waiting.step.step) == (case.pk, "answered")


def test_what_was_received_cannot_lie_in_the_future_nor_come_from_a_partner_with_comity(at, node):
    with node.act():
        with pytest.raises(InputError, match="future"):
            write_down(node, received_at=START + timedelta(hours=1))
        with pytest.raises(Conflict, match="through Comity"):
            write_down(node, partner=node.de)
        with pytest.raises(InputError, match="title"):
            write_down(node, title=" ")
        assert not Case.objects.exists()


def test_an_interpol_request_is_written_down_under_its_own_rules(at, node):
    bureau = authorities.add_partner(
        {"code": "br-ncb", "name": "NCB Brasilia", "country": "BR", "kind": "national-central-bureau"}
    )
    facts = {
        "purpose_of_cooperation": "information",
        "information_sought": "Owner",
        "facts_offence": "Fraud",
        "article_3_considered": True,
        "reply_wanted_by": "2026-03-20",
        "language": "en",
    }
    with node.act():
        case = write_down(
            node,
            procedure="interpol/request",
            partner=bureau,
            facts=facts,
            channel="Interpol I-24/7",
            number="BR/12",
        )
        found = casework.find(case.pk)
        assert found.due_at is None  # the Rules set no limit
        assert found.target_at == datetime(2026, 3, 20, 23, tzinfo=UTC)  # the other side's wish
        assert targets.of(found, rules.decision(found)).target is None
        assert numbers.of_case(case)[0].channel == "interpol"


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        ("vis/law-enforcement-access", "central"),
        ("tca-uk/request", "United Kingdom"),
        ("fd-2006-960/request", "applied until"),
        ("schengen-evaluation/recommendation", "Commission"),
    ],
)
def test_a_request_is_written_down_under_a_law_that_is_between_the_two(at, node, procedure, words):
    with pytest.raises(NotLawful, match=words), node.act():
        write_down(node, procedure=procedure, facts={})


def test_an_instant_long_ago_is_a_slip_of_the_pen(at, node):
    with pytest.raises(InputError, match="after 2000"), node.act():
        write_down(node, received_at=datetime(1026, 3, 5, tzinfo=UTC))


def test_an_analyst_writes_down_nothing(at, node):
    with pytest.raises(Denied, match="write down"), node.act("analyst"):
        write_down(node)


def test_a_restricted_case_is_not_on_the_list_of_what_is_sent_by_hand(at, node):
    with node.act():
        case = casework.open_case(REQUEST, node.pt, "Calls in Lisbon", FACTS)
        casework.take_step(case.pk, "sent", {})
        assert by_hand.count_waiting() == 1
        readers.restrict(case.pk, [], "Source protection")
    with node.act("supervisor"):
        assert by_hand.waiting() == []
        assert by_hand.count_waiting() == 0


def test_a_number_is_for_a_case_or_a_step_of_it(at, node):
    with node.act():
        case = casework.open_case(REQUEST, node.pt, "Calls in Lisbon", FACTS)
        sent = casework.take_step(case.pk, "sent", {})
        other = casework.open_case(REQUEST, node.pt, "Another", FACTS)
        version = casework.find(case.pk).version
        assert numbers.note(case.pk, "siena", " 12 \n 34 ", step=sent.pk).number == "12 34"
        assert casework.find(case.pk).version == version + 1
        with pytest.raises(NotFound):
            numbers.note(other.pk, "siena", "12-34", step=sent.pk)
        with pytest.raises(InputError, match="expected one of"):
            numbers.note(case.pk, "pigeon", "12-34")
        with pytest.raises(InputError, match="letters, digits"):
            numbers.note(case.pk, "siena", "none")


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("SIENA, urgent", "siena"),
        ("by e-mail", "mail"),
        ("I-24/7", "interpol"),
        ("", "other"),
        ("fax", "other"),
    ],
)
def test_the_channel_is_told_from_its_words(words, channel):
    assert numbers.channel_of(words) == channel
