from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from comity.base.errors import Denied, InputError
from comity.match import sources
from comity.node import ledger
from comity.node.registers import loading
from comity.node.registers.models import Change, Record

SAMPLE = Path(str(files("comity"))) / "sample"
MAPPING = sources.Mapping.load(SAMPLE / "vessels.yaml")


def load(node, path=SAMPLE / "vessels.csv", kind="table", mapping=MAPPING, role="analyst", **options):
    with node.act(role):
        register = loading.open_register("vessels", "Vessel register", "national law", "customs control")
        return loading.load(register, path, kind, mapping, **options)


def records(node):
    with node.act("analyst"):
        return {record.key: record for record in Record.objects.all()}


def test_a_file_goes_in_and_is_counted(node):
    done = load(node)
    assert done.added == done.read == len(records(node)) > 20
    with node.act("supervisor"):
        assert ledger.lines(kind="register.loaded")[0].body["added"] == done.added


def test_importing_again_changes_nothing(node):
    first = load(node)
    again = load(node)
    assert (again.added, again.changed, again.unchanged) == (0, 0, first.read)
    with node.act("analyst"):
        assert Change.objects.count() == first.read


def test_a_changed_row_updates_its_record_and_never_doubles_it(node, tmp_path):
    first = load(node)
    lines = (SAMPLE / "vessels.csv").read_text().splitlines()
    target = next(number for number, line in enumerate(lines) if number and line)
    name = lines[target].split(",")[2]
    path = tmp_path / "vessels.csv"
    path.write_text(
        "\n".join([*lines[:target], lines[target].replace(name, "RENAMED"), *lines[target + 1 :]])
    )
    again = load(node, path)
    assert (again.added, again.changed) == (0, 1)
    assert len(records(node)) == first.read
    assert any(record.caption == "RENAMED" for record in records(node).values())


def test_what_is_no_longer_listed_is_withdrawn_and_comes_back_when_listed_again(node, tmp_path):
    load(node)
    lines = (SAMPLE / "vessels.csv").read_text().splitlines()
    path = tmp_path / "vessels.csv"
    path.write_text("\n".join(lines[:-1]))
    load(node, path)
    assert sum(record.withdrawn_at is not None for record in records(node).values()) == 1
    assert load(node).changed == 1
    assert not any(record.withdrawn_at for record in records(node).values())


def test_a_file_that_is_only_a_part_withdraws_nothing(node, tmp_path):
    load(node)
    path = tmp_path / "part.csv"
    path.write_text("\n".join((SAMPLE / "vessels.csv").read_text().splitlines()[:3]))
    load(node, path, complete=False)
    assert not any(record.withdrawn_at for record in records(node).values())


def test_bad_rows_go_to_the_reject_file_and_the_good_ones_in(node, tmp_path):
    lines = (SAMPLE / "vessels.csv").read_text().splitlines()
    path = tmp_path / "vessels.csv"
    path.write_text("\n".join([lines[0], lines[1], lines[2][7:], lines[3]]))
    done = load(node, path)
    assert (done.added, done.rejected) == (2, 1)
    assert '"line": 3' in Path(done.rejects).read_text()


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "empty"), (b"a,b\n1,2\n", "column"), (b"\xff\xfe\x00", "UTF-8")]
)
def test_an_unreadable_file_changes_nothing(node, tmp_path, content, says):
    load(node)
    before = len(records(node))
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says):
        load(node, path)
    assert len(records(node)) == before
    assert not any(record.withdrawn_at for record in records(node).values())


def test_an_officer_may_not_load_a_register(node):
    with pytest.raises(Denied, match="Administrators and analysts"):
        load(node, role="officer")


@pytest.mark.parametrize(
    ("kind", "name"), [("un", "sanctions_un.xml"), ("ofac", "ofac"), ("ftm", "german_register.jsonl")]
)
def test_every_kind_of_list_goes_in(node, kind, name):
    done = load(node, SAMPLE / name, kind, None)
    assert done.added > 0
    assert done.rejected == 0
