from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from comity.base.errors import NotFound
from comity.base.time import clock
from comity.match import sources
from comity.node import ledger
from comity.node.authorities import Authority, Identity
from comity.node.keeping import reviewing, running
from comity.node.keeping.models import Masked
from comity.node.registers import loading, screening
from comity.node.registers.models import Change, Match, Record

ROWS = "imo,name,armed\n9999008,MERIDIAN QUEEN,no\n9321483,NORTH WIND,yes\n"
MAPPING = {
    "source": "wanted-vessels",
    "schema": "Vessel",
    "id": "imo",
    "columns": {"imo": "imoNumber", "name": "name"},
    "facts": {"armed": "armed"},
}
START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


class Hand:
    now = START


@pytest.fixture(autouse=True)
def hand():
    Hand.now = START
    with clock(lambda: Hand.now):
        yield Hand


@pytest.fixture
def loaded(node, law, tmp_path):
    """Two vessels under law: one that is reviewed after a year, one that is deleted after a month."""
    path = tmp_path / "wanted.csv"
    path.write_text(ROWS)
    with node.act("analyst"):
        register = loading.open_register(
            "wanted", "Wanted", "law", "search", law="wanted", compared_for="seizure"
        )
        loading.load(register, path, "table", sources.Mapping.parse(MAPPING), holding="vessel")
        return {record.caption: record.pk for record in Record.objects.all()}


def later(**length):
    Hand.now += timedelta(**length)
    return running.run(Identity.of_node(Authority.objects.get(code="nl-spoc")))


def test_a_record_is_deleted_when_its_term_has_ended_and_the_matcher_is_told(node, loaded, matcher):
    with node.act():
        assert len(screening.search("NORTH WIND", use="seizure")) == 1
    assert later(days=40).records == 1
    with node.act():
        assert screening.search("NORTH WIND", use="seizure") == []
        record = Record.objects.get(pk=loaded["NORTH WIND"])
        assert (record.caption, record.entity["properties"], record.moments) == ("", {}, {})
        assert "9321483" not in str(record.entity) + record.key
        assert Change.objects.filter(record=record).latest("pk").withdrawn
        with pytest.raises(NotFound):
            screening.read_record(record.pk, "seizure")
        assert Record.objects.get(pk=loaded["MERIDIAN QUEEN"]).caption == "MERIDIAN QUEEN"


def test_the_ledger_names_the_article_and_not_the_record(node, loaded):
    later(days=40)
    with node.act("data-protection-officer"):
        [line] = ledger.lines(kind="record.deleted")
    assert (line.article, line.subject) == ("dir-2023-977 art. 6", f"record-{loaded['NORTH WIND']}")
    assert "NORTH" not in str(line.body)


def test_matches_with_a_record_go_with_it(node, loaded, matcher, tmp_path):
    manifest = tmp_path / "manifest.csv"
    manifest.write_bytes(files("comity.sample").joinpath("manifest.csv").read_bytes())
    with node.act():
        screening.screen(manifest, "control")
        assert Match.objects.filter(record=loaded["MERIDIAN QUEEN"]).exists()
    assert later(days=4 * 366).records == 2
    with node.act():
        assert not Match.objects.exists()


def test_a_record_is_reviewed_and_kept_but_never_beyond_its_most(node, loaded):
    assert later(days=370).proposed == 1
    with node.act():
        [review] = reviewing.open_reviews()
        assert (review.record_id, review.article) == (loaded["MERIDIAN QUEEN"], "dir-2023-977 art. 5")
        reviewing.decide(review.pk, "keep", "Still wanted")
        assert Record.objects.get(pk=review.record_id).keep_at > Hand.now
    done = later(days=370)
    assert (done.proposed, done.records) == (1, 0)
    assert later(days=370).records == 1


def test_a_review_that_finds_it_is_not_needed_deletes_it(node, loaded):
    later(days=370)
    with node.act("data-protection-officer"):
        [review] = reviewing.open_reviews()
        reviewing.decide(review.pk, "delete", "Found")
        assert Record.objects.get(pk=review.record_id).deleted_at == Hand.now
        assert not reviewing.open_reviews().exists()


def test_a_record_can_be_masked(node, loaded):
    from comity.node.keeping import deleting, periods

    with node.act("node"):
        record = Record.objects.select_related("register").get(pk=loaded["MERIDIAN QUEEN"])
        deleting.mask_record(record, periods.End("mask", Hand.now, "mask P6M entered", "dir-2023-977 art. 5"))
        assert Record.objects.get(pk=record.pk).entity["properties"] == {}
        [masked] = Masked.objects.all()
        assert b"MERIDIAN" not in bytes(masked.sealed)
