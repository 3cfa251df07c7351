"""The clock of a demonstration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comity.node.home import Home
from comity.node.moved import MovedClock


def test_a_clock_is_moved_for_every_process_that_reads_its_file(tmp_path):
    mine, another = MovedClock(tmp_path / "clock"), MovedClock(tmp_path / "clock")
    assert mine.offset == another.offset == timedelta()
    wanted = datetime.now(UTC) + timedelta(days=6)
    mine.move_to(wanted)
    assert timedelta() <= another() - wanted < timedelta(minutes=1)
    mine.move_to(wanted + timedelta(hours=8))
    assert another() >= wanted + timedelta(hours=8)


def test_only_the_clock_of_a_node_with_invented_data_can_be_moved(tmp_path):
    home = Home.create(tmp_path / "node", "nl", 8001)
    assert home.moved_clock is None
    home.mark_sample()
    assert home.moved_clock == home.path / "clock"
