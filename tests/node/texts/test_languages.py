from __future__ import annotations

from datetime import date, timedelta

import pytest

from comity.base.errors import Denied, InputError, NotLawful
from comity.base.time import now
from comity.node import ledger
from comity.node.cases import casework, receiving, rules, seating
from comity.node.cases.models import Case
from comity.node.exchange import sending
from comity.node.exchange.models import Outbox
from comity.node.texts import languages
from comity.node.texts.models import StateLanguages

REQUEST = "dir-2023-977/request"
SOURCE = "List of the Commission, November 2026"
FACTS = {
    "urgent": False,
    "information_sought": "Registered owner and last entry of the vessel",
    "purpose_facts_offence": "Drug trafficking: a container was found on 1 March",
    "reasons_available": "The vessel called at Hamburg on 12 February",
    "subjects": [],
}


def record(node, country="PT", codes=("pt", "es"), role="administrator"):
    with node.act(role):
        return languages.record(country, codes, SOURCE, date(2026, 11, 1))


def draft(node, partner, language):
    with node.act():
        return casework.open_case(REQUEST, partner, "Owner of a vessel", {**FACTS, "language": language})


def send(node, case):
    with node.act():
        return casework.take_step(case.pk, "sent", {})


def test_an_administrator_records_the_languages_of_a_state_and_the_ledger_tells(node):
    made = record(node, "pt", ["PT", " es ", "pt"])
    assert (made.country, made.languages) == ("PT", ["en", "pt", "es"])
    with node.act("supervisor"):
        [line] = ledger.lines(kind="languages.recorded")
    assert line.body["source"] == SOURCE
    with pytest.raises(Denied):
        record(node, role="supervisor")


def test_the_newest_record_counts_and_the_older_ones_are_kept(node):
    record(node)
    record(node, codes=["pt"])
    record(node, "SE", ["sv"])
    with node.act():
        assert [(row.country, row.languages) for row in languages.recorded()] == [
            ("PT", ["en", "pt"]),
            ("SE", ["en", "sv"]),
        ]
        assert [row.languages for row in languages.history("PT")] == [["en", "pt"], ["en", "pt", "es"]]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("country", {"country": "Portugal"}),
        ("languages", {"codes": ["Portuguese"]}),
        ("languages", {"codes": ["p\u00e9"]}),
    ],
)
def test_what_is_no_code_is_refused_at_its_field(node, field, given):
    with pytest.raises(InputError) as refused:
        record(node, **given)
    assert refused.value.field == field


def test_it_asks_where_and_when_it_was_read(node):
    with node.act("administrator"):
        with pytest.raises(InputError, match="where it was read"):
            languages.record("PT", ["pt"], " ", date(2026, 11, 1))
        with pytest.raises(InputError, match="not in the future"):
            languages.record("PT", ["pt"], SOURCE, now().date() + timedelta(days=1))


def test_each_authority_has_its_own_record(node):
    record(node)
    with node.act("officer", "de-spoc"):
        assert StateLanguages.objects.count() == 0


def test_a_request_in_a_language_the_state_accepts_is_sent(node):
    case = draft(node, node.pt, "es")
    with pytest.raises(NotLawful, match="language"):
        send(node, case)
    record(node)
    send(node, case)


def test_a_language_the_state_is_known_not_to_accept_is_refused(node):
    record(node, codes=["pt"])
    with pytest.raises(NotLawful, match="a language that the requested state accepts"):
        send(node, draft(node, node.pt, "fr"))


def test_english_is_sent_where_nothing_is_known(node):
    send(node, draft(node, node.pt, "en"))


def test_what_a_partner_says_of_itself_counts_until_its_state_is_recorded(node):
    send(node, draft(node, node.de, "de"))
    record(node, "DE", ["en"])
    with pytest.raises(NotLawful):
        send(node, draft(node, node.de, "de"))


def test_a_preview_knows_the_languages_too(node):
    record(node)
    with node.act():
        seats = seating.fill(rules.procedure(REQUEST, now()), node.nl, node.pt)
        decision = rules.preview(REQUEST, {**FACTS, "language": "fr"}, seats, node.nl, now())
    assert decision.may.value is False


@pytest.fixture
def asked_in_german(node):
    """A request in German that has reached Germany, as its desk sees it."""
    send(node, draft(node, node.de, "de"))
    node.carry()
    with node.act("officer", "de-spoc"):
        return Case.objects.latest("reference")


def answer(node, case, **fields):
    with node.act("officer", "de-spoc"):
        return casework.take_step(case.pk, "answered", {"text": "Der Halter ist bekannt.", "fields": fields})


def test_an_answer_is_in_the_language_of_the_request_unless_it_says_so(node, asked_in_german):
    assert answer(node, asked_in_german).content["fields"]["language"] == "de"


def test_an_answer_in_another_language_is_refused_with_the_article(node, asked_in_german):
    with pytest.raises(NotLawful, match="it must be 'de'") as refused:
        answer(node, asked_in_german, language="en")
    assert refused.value.articles == ("dir-2023-977 art. 5(3)",)
    assert refused.value.field == "language"


def test_what_came_by_another_channel_in_another_language_is_written_down_as_it_is(node):
    case = draft(node, node.pt, "en")
    send(node, case)
    with node.act():
        sending.sent_by_hand(Outbox.objects.get().pk, "SIENA", now())
        content = {"text": "O proprietário", "fields": {"language": "pt"}}
        taken = receiving.key_in(case.pk, "answered", content, now(), {}, "SIENA")
    assert taken.content["fields"]["language"] == "pt"
