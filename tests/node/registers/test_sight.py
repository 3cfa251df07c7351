from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from comity.base.errors import Denied, InputError, NotFound
from comity.match import sources
from comity.node import ledger
from comity.node.registers import loading, screening
from comity.node.registers.models import Match, Record, Register

SAMPLE = Path(str(files("comity"))) / "sample"
ROWS = "imo,name,entered,armed\n9999008,MERIDIAN QUEEN,2026-01-05,no\n9321483,NORTH WIND,2026-02-05,yes\n"
MAPPING = {
    "source": "wanted-vessels",
    "schema": "Vessel",
    "id": "imo",
    "columns": {"imo": "imoNumber", "name": "name"},
    "moments": {"entered": "entered"},
    "facts": {"armed": "armed"},
}


@pytest.fixture
def record(node, law, tmp_path):
    return fill(node, tmp_path)


def fill(node, tmp_path, compared_for=""):
    path = tmp_path / "wanted.csv"
    path.write_text(ROWS)
    with node.act("analyst"):
        register = loading.open_register(
            "wanted", "Wanted", "law", "search", law="wanted", compared_for=compared_for
        )
        loading.load(register, path, "table", sources.Mapping.parse(MAPPING), holding="vessel")
        return Record.objects.get(caption="MERIDIAN QUEEN").pk


def test_a_list_is_loaded_under_law_with_moments_and_facts(node, record):
    with node.act():
        assert Register.objects.get().law == "wanted"
        queen, wind = Record.objects.order_by("caption")
        assert (queen.holding, queen.facts, wind.facts) == ("vessel", {"armed": False}, {"armed": True})
        assert queen.moments == {"entered": "2026-01-05T12:00:00+00:00"}
        assert queen.keep_at == datetime(2027, 1, 5, 23, tzinfo=UTC)
        assert wind.keep_at == datetime(2026, 3, 5, 23, tzinfo=UTC)
        assert "entry" not in queen.entity


def test_what_the_law_does_not_have_cannot_be_loaded(node, law, tmp_path):
    with node.act("analyst"):
        for options, field in (
            ({"law": "waned"}, "law"),
            ({"law": "wanted", "compared_for": "x"}, "compared_for"),
        ):
            with pytest.raises(InputError) as error:
                loading.open_register("wanted", "Wanted", "law", "search", **options)
            assert error.value.field == field
        register = loading.open_register("wanted", "Wanted", "law", "search", law="wanted")
        for holding in ("", "elephant"):
            with pytest.raises(InputError) as error:
                loading.load(register, SAMPLE / "vessels.csv", "table", holding=holding)
            assert error.value.field == "holding"


def test_it_is_seen_in_full_for_one_purpose_and_as_a_hit_for_another(node, record):
    with node.act():
        found, seen = screening.read_record(record, "seizure")
        assert (found.caption, seen.sees, seen.article) == ("MERIDIAN QUEEN", "full", "8")
        found, seen = screening.read_record(record, "safety")
        assert (found.caption, found.entity["properties"], seen.sees) == ("An entry", {}, "hit-no-hit")


def test_the_ledger_says_under_which_article_it_was_seen(node, record):
    with node.act():
        screening.read_record(record, "seizure")
        screening.read_record(record, "safety")
        lines = ledger.lines(kind="record.read")
    assert [(line.article, line.body["use"], line.body["sees"]) for line in lines] == [
        ("dir-2023-977 art. 9", "safety", "hit-no-hit"),
        ("dir-2023-977 art. 8", "seizure", "full"),
    ]


def test_for_a_purpose_that_grants_nothing_it_is_denied_and_the_denial_kept(node, record):
    with pytest.raises(Denied, match="no rule lets SPOC see it"), node.act():
        screening.read_record(record, "visa")
    with node.act("supervisor"):
        assert "no rule lets SPOC" in ledger.lines(kind="access.denied")[0].body["reason"]


def test_to_an_authority_that_has_no_purpose_at_all_there_is_no_such_record(node, record):
    with node.act():
        node.nl.kind = "carrier"
        node.nl.save(update_fields=["kind"])
        with pytest.raises(NotFound):
            screening.read_record(record, "seizure")


def test_a_search_shows_as_much_as_its_purpose_allows(node, record, matcher):
    def captions(use):
        with node.act():
            return [
                (found.caption, found.entity["properties"] != {})
                for found, _ in screening.search("MERIDIAN QUEEN", use=use)
            ]

    assert captions("") == [("An entry", False)]
    assert captions("safety") == [("An entry", False)]
    assert captions("seizure") == [("MERIDIAN QUEEN", True)]
    assert captions("visa") == []


def test_the_reasons_of_a_hit_tell_nothing_of_the_entry(node, record, matcher):
    with node.act():
        [(_, match)] = screening.search("MERIDIAN QUEEN", use="safety")
    assert "MERIDIAN" not in str(match["reasons"])


@pytest.mark.parametrize(("compared_for", "found"), [("", 0), ("safety", 0), ("seizure", 1)])
def test_cases_are_compared_with_it_only_for_a_purpose_that_shows_it_whole(
    node, law, matcher, tmp_path, compared_for, found
):
    fill(node, tmp_path, compared_for)
    manifest = tmp_path / "manifest.csv"
    manifest.write_bytes((SAMPLE / "manifest.csv").read_bytes())
    with node.act():
        made = screening.screen(manifest, "control")
        wanted = Match.objects.filter(query__screening=made, record__caption="MERIDIAN QUEEN")
        assert min(wanted.count(), 1) == found


def test_under_a_law_that_the_book_no_longer_has_nothing_is_seen(node, record):
    with node.act():
        Register.objects.update(law="gone")
        with pytest.raises(NotFound):
            screening.read_record(record, "seizure")
