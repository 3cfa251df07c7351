from __future__ import annotations

from pathlib import Path

import pytest

import comity
from comity.cli import run

SAMPLE = Path(comity.__file__).parent / "sample"
NEW = ("--name", "Vessels", "--basis", "public register", "--purpose", "tell vessels apart")


def load(*arguments: str) -> int:
    return run(["load", *arguments, "--authority", "nl-spoc"])


def vessels(*options: str) -> int:
    return load(str(SAMPLE / "vessels.csv"), "--register", "vessels", "--kind", "table", *options)


def test_a_file_goes_into_a_new_register_and_again_changes_nothing(node, capsys):
    assert vessels(*NEW) == 0
    assert "60 records read; 60 added, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert vessels() == 0
    assert "0 added, 0 changed, 60 unchanged" in capsys.readouterr().out


def test_a_new_register_needs_its_basis_and_purpose(node, capsys):
    assert vessels() == 2
    assert "give --name, --basis and --purpose" in capsys.readouterr().err


def test_rejected_rows_are_a_warning_and_their_file_is_named(node, tmp_path, capsys):
    file = tmp_path / "ships.csv"
    file.write_text("imo,mmsi,name,flag,type\n9999008,,GOOD,PA,Cargo\n,,NAMELESS NUMBER,PA,Cargo\n")
    mapping = str(SAMPLE / "vessels.yaml")
    assert load(str(file), "--register", "v", "--kind", "table", "--mapping", mapping, *NEW) == 0
    warning = capsys.readouterr().err
    assert "1 rows were rejected" in warning
    assert Path(warning.split("why is in ")[1].strip()).is_file()


def test_a_file_that_is_the_whole_list_withdraws_what_is_gone(node, tmp_path):
    from comity.node.registers.models import Record

    short = tmp_path / "vessels.csv"
    short.write_text("".join((SAMPLE / "vessels.csv").read_text().splitlines(keepends=True)[:11]))
    vessels(*NEW)
    mapping = ("--mapping", str(SAMPLE / "vessels.yaml"))
    load(str(short), "--register", "vessels", "--kind", "table", *mapping, "--add")
    with node.act("node"):
        assert Record.objects.filter(withdrawn_at=None).count() == 60
    load(str(short), "--register", "vessels", "--kind", "table", *mapping)
    with node.act("node"):
        assert Record.objects.filter(withdrawn_at=None).count() == 10


@pytest.mark.parametrize(
    ("name", "kind"), [("none.xml", "un"), ("vessels.csv", "un"), ("vessels.csv", "nonsense")]
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_changes(node, capsys, name, kind):
    from comity.node.registers.models import Register

    assert load(str(SAMPLE / name), "--register", "x", "--kind", kind, *NEW) == 2
    assert capsys.readouterr().err.startswith("comity: ")
    with node.act("node"):
        assert not Register.objects.exists()


def test_only_those_who_may_load_do(node, capsys):
    assert vessels(*NEW, "--as", "nl-officer") == 3
    assert "Administrators and analysts load registers" in capsys.readouterr().err
    assert vessels(*NEW, "--as", "nl-analyst") == 0


def test_a_register_is_loaded_under_a_law_as_a_kind_of_its_entries(node, capsys):
    from comity.node.registers.models import Record, Register

    under = ("--under", "cis", "--compared-for", "national-law")
    assert vessels(*NEW, *under) == 2
    assert "say which kind of entry of its law these are" in capsys.readouterr().err
    assert vessels(*NEW, *under, "--holding", "entry-national-law") == 0
    with node.act("node"):
        assert Register.objects.get().law == "cis"
        assert set(Record.objects.values_list("holding", flat=True)) == {"entry-national-law"}
    assert vessels(*NEW, "--register", "x", "--under", "elephants") == 2


def test_retention_is_run_on_demand(node, capsys):
    assert run(["retention", "run", "--authority", "nl-spoc", "--all"]) == 0
    assert "0 reviews proposed" in capsys.readouterr().out
