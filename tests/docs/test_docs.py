"""The documentation says what is so: reference, links, commands and worked examples."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from comity.base.time import parse_instant
from comity.cli import build
from comity.law import Book, decide
from comity.law.files import HOME
from comity.law.scenarios import problems, read
from comity.match.sources import Mapping

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
GUIDES = ROOT / "docs" / "how-to"
PROCEDURE = "dir-2023-977/request"

each_page = pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language, without the indentation of the list they may stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def commands(page: Path) -> list[list[str]]:
    """The calls of `comity` in a page's shell blocks, and in its prose where they stand in backquotes."""
    lines = [line for block in blocks(page, "sh") for line in block.replace("\\\n", " ").splitlines()]
    calls = [shlex.split(line)[1:] for line in lines if re.match(r"\S*\bcomity ", line)]
    prose = re.findall(
        r"`comity ([a-z][^`]*)`", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    )
    return calls + [text.split() for text in prose]


def anchors(page: Path) -> set[str]:
    """What a link may point to within a page: its headings, as they are shown on the web."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_line():
    return typer.main.get_command(build())


def leaves(group, name="comity"):
    for word, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from leaves(command, f"{name} {word}")
        else:
            yield f"{name} {word}"


def test_the_reference_is_as_the_code_says():
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_is_in_the_reference():
    written = anchors(ROOT / "docs" / "reference" / "cli.md")
    assert {name.replace(" ", "-") for name in leaves(command_line())} <= written


@each_page
def test_every_link_leads_somewhere(file):
    text = re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = (file.parent / name).resolve() if name else file
        assert target.exists(), f"{link} is not there"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"


@each_page
def test_every_command_in_a_page_exists(file):
    for words in commands(file):
        command = command_line()
        rest = list(words)
        while (
            getattr(command, "commands", None) and rest and not rest[0].startswith("-") and rest[0] != "..."
        ):
            assert rest[0] in command.commands, f"comity {' '.join(words)}"
            command = command.commands[rest.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {
            "--help",
            "--version",
        }
        given = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert given <= known, f"comity {' '.join(words)}: {given - known}"


@each_page
def test_every_make_target_in_a_page_exists(file):
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    text = file.read_text("utf-8")
    named = [*re.findall(r"`make ([a-z]+)", text), *re.findall(r"^ *make ([a-z]+)", text, re.MULTILINE)]
    assert set(named) <= set(targets)


def test_the_readme_starts_with_the_two_commands():
    assert {"make demo", "make test"} <= {
        line.strip() for b in blocks(ROOT / "README.md", "sh") for line in b.splitlines()
    }


def examples():
    page = (ROOT / "docs" / "explanation" / "time-limits.md").read_text("utf-8")
    rows = re.findall(r"^\| (20\S+) \| (yes|no) \| (\w+) \| (20\S+) \| (20\S+) \|$", page, re.MULTILINE)
    assert len(rows) >= 6
    return rows


@pytest.mark.parametrize(("received", "urgent", "access", "at", "latest"), examples())
def test_the_time_limits_in_the_explanation_are_those_of_the_engine(received, urgent, access, at, latest):
    facts = {
        "requester": {"kind": "spoc", "country": "NL"}, "requested": {"kind": "spoc", "country": "DE"},
        "received": received, "urgent": urgent == "yes", "access": access,
    }  # fmt: skip
    due = decide(Book.load(), PROCEDURE, facts, parse_instant(received)).as_json()["due"]
    assert (due["at"], due["latest"]) == (at, latest)


def test_the_facts_of_the_tutorial_give_what_it_says():
    facts = next(json.loads(text) for text in blocks(ROOT / "docs" / "tutorial.md", "json"))
    decision = decide(Book.load(), PROCEDURE, facts, parse_instant("2026-11-20T11:00:00+01:00")).as_json()
    assert decision["due"]["at"] == "2026-11-20T18:20:00+01:00"
    assert decision["due"]["latest"] == "2026-11-20T19:00:00+01:00"
    assert {missing["article"][:4] for missing in decision["missing"]} == {"4(5)"}


def test_the_mapping_of_the_guide_can_be_read():
    given = yaml.safe_load(blocks(GUIDES / "write-a-mapping.md", "yaml")[0])
    shipped = Mapping.load(ROOT / "src" / "comity" / "sample" / "vessels.yaml")
    assert Mapping.parse(given) == shipped


def guided(folder: Path) -> tuple[Path, Path]:
    """The act and the scenarios of the guide, as files."""
    act, scenarios = folder / "customs-inquiry.yaml", folder / "customs-inquiry-scenarios.yaml"
    for path, text in zip((act, scenarios), blocks(GUIDES / "add-an-instrument.md", "yaml")[:2], strict=True):
        path.write_text(text, encoding="utf-8")
    return act, scenarios


def test_the_instrument_of_the_guide_decides_as_its_scenarios_say(tmp_path):
    act, scenarios = guided(tmp_path)
    told = list(read(scenarios))
    assert len(told) == 3
    assert not [problem for one in told for problem in problems(Book.load(HOME, act), one)]


@pytest.fixture
def customs(node):
    """The customs authorities of two states at the node, whose law folder holds the act of the guide."""
    from comity.node import authorities, lawbook
    from comity.node.home import private_folder

    guided(private_folder(node.home.path / "guide"))
    shutil.copy(node.home.path / "guide" / "customs-inquiry.yaml", node.home.law_dir)
    lawbook.book.cache_clear()
    for country in ("NL", "DE"):
        code = f"{country.lower()}-customs"
        found = authorities.found(code, f"Customs {country}", country, "customs", ["en"])
        node.officers[code, "officer"] = authorities.enrol(
            found, code, "An officer", ["officer"], "l0ng-Enough!"
        )
        setattr(node, code, found)
    yield node
    for path in node.home.law_dir.glob("*.yaml"):
        path.unlink()
    lawbook.book.cache_clear()


def test_the_two_files_of_the_guide_are_all_it_takes_up_to_the_page(customs):
    from comity.node.authorities import Authority, Identity
    from comity.node.cases.models import Case
    from comity.node.exchange import sending

    asker, asked = (customs.client("officer", f"{country}-customs") for country in ("nl", "de"))
    assert "Customs inquiry" in asker.get("/law/").content.decode()
    assert "4(2)" in asker.get("/law/customs-inquiry/inquiry/").content.decode()
    assert "Customs inquiry" in asker.get("/cases/new/?partner=de-customs").content.decode()
    form = "/cases/new/customs-inquiry/inquiry/?partner=de-customs"
    assert "Perishable" in asker.get(form).content.decode()
    given = {"title": "Cut flowers", "fact-goods": "Roses", "fact-perishable": "yes", "save": "send"}
    step = asker.post(form, given)["Location"]
    assert asker.post(step, {"version": "1"}).status_code == 302
    identity = Identity.of_node(Authority.objects.get(code="nl-customs"))
    while sending.deliver(identity, Authority.objects.get(code="de-customs")):
        pass
    page = asked.get("/worklist/").content.decode()
    assert "Cut flowers" in page
    assert "4(2)" in page
    with customs.act("officer", "de-customs"):
        case = Case.objects.get(title="Cut flowers")
    assert "A trade secret" in asked.get(f"/cases/{case.pk}/steps/refused/").content.decode()


DESK = ROOT / "docs" / "explanation" / "the-desk.md"


def named_tests() -> list[tuple[str, str]]:
    """The tests that the table of the desk names: file and function."""
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", DESK.read_text("utf-8"))


@pytest.mark.parametrize(("file", "name"), named_tests())
def test_what_is_named_as_proof_is_a_test(file, name):
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_the_pages_named_in_the_table_of_the_desk_exist():
    from django.urls import get_resolver

    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    rows = [line for line in DESK.read_text("utf-8").splitlines() if line.count("|") > 3]
    cells = [cell for row in rows for cell in row.split("|") if "::" not in cell]
    named = {name for cell in cells for name in re.findall(r"`([a-z][a-z-]*)`", cell)}
    assert len(named) > 25
    assert named <= known


def test_every_letter_of_article_16_has_its_proof():
    text = DESK.read_text("utf-8")
    for letter in "abcdefgh":
        assert re.search(rf"^\| \({letter}\) .*::test_", text, re.MULTILINE), letter
