"""The order of the house: an import points down, engines do not know one another, and they are pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "comity"
LAYERS = [{"base"}, {"law", "match", "risk", "wire"}, {"node"}, {"web"}, {"cli"}]
ENGINES = LAYERS[1]
NODE = [
    {"home", "scope", "handling", "moved", "policies"},
    {"database"},
    {"settings", "apps"},
    {"lawbook"},
    {"ledger"},
    {"authorities"},
    {"access"},
    {"registers"},
    {"exchange"},
    {"attachments", "texts"},
    {"cases"},
    {"search", "statistics", "alarms", "pccc"},
    {"keeping"},
    {"controls", "operations"},
    {"plans"},
    {"oversight"},
    {"jobs"},
    {"process"},
]
# Django's own ways through the house: it gathers the models here, and applies the migrations.
GATHERING = {"node.models", "node.apps", "node.migrate", "node.migrations"}
IMPURE = {"django", "psycopg", "procrastinate", "ninja", "allauth"}
LONGEST = 400  # lines


def modules() -> list[Path]:
    return [file for file in sorted(PACKAGE.rglob("*.py")) if "migrations" not in file.parts]


def dotted(file: Path) -> str:
    """`node.cases.rules` for src/comity/node/cases/rules.py."""
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.AST) -> Iterator[str]:
    """The full names of all that is imported, at the top or within a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rank(layers: list[set[str]], name: str) -> int:
    return next((height for height, layer in enumerate(layers) if name in layer), -1)


def is_upward(here: str, there: str) -> bool:
    """Whether an import of comity.`there` in comity.`here` breaks the order."""
    mine, theirs = here.split("."), there.split(".")
    if theirs[0] not in set().union(*LAYERS) or here in ("__init__", ""):
        return False
    if mine[0] != theirs[0]:
        return rank(LAYERS, mine[0]) <= rank(LAYERS, theirs[0])
    if mine[0] != "node" or len(mine) < 2 or len(theirs) < 2 or mine[1] == theirs[1]:
        return False
    if any(here.startswith(name) for name in GATHERING):
        return False
    return rank(NODE, mine[1]) <= rank(NODE, theirs[1])


def broken(here: str, source: str) -> list[str]:
    found = [
        name.removeprefix("comity.") for name in imports(ast.parse(source)) if name.startswith("comity.")
    ]
    return [f"{here} imports {there}" for there in found if is_upward(here, there)]


@pytest.mark.parametrize("file", modules(), ids=dotted)
def test_an_import_points_down(file: Path):
    assert broken(dotted(file), file.read_text()) == []


@pytest.mark.parametrize("file", [file for file in modules() if dotted(file).startswith("node.")], ids=dotted)
def test_every_noun_of_the_node_has_its_place_in_the_order(file: Path):
    noun = dotted(file).split(".")[1]
    assert rank(NODE, noun) >= 0 or f"node.{noun}" in GATHERING


@pytest.mark.parametrize(
    "file", [file for file in modules() if dotted(file).split(".")[0] in ENGINES], ids=dotted
)
def test_an_engine_is_pure(file: Path):
    tree = ast.parse(file.read_text())
    assert {name.split(".")[0] for name in imports(tree)} & IMPURE == set()
    environment = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "environ"
    ]
    assert environment == []


@pytest.mark.parametrize("file", modules(), ids=dotted)
def test_a_module_is_short_enough_to_be_read(file: Path):
    assert len(file.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("file", [file for file in modules() if dotted(file) != "base.time"], ids=dotted)
def test_the_time_is_asked_of_one_source(file: Path):
    asked = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert (
        asked & {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now"} == set()
    )


@pytest.mark.parametrize(
    ("here", "source"),
    [
        ("law.book", "from comity.node import cases"),
        ("law.book", "import comity.match"),
        ("law.book", "def late():\n    from comity.wire import keys"),
        ("base.time", "from comity.law import book"),
        ("node.ledger", "from comity.node.authorities import Officer"),
        ("node.exchange", "from comity.node import cases"),
        ("node.cases", "from comity.web import pages"),
        ("web.pages", "from comity.cli import up"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_found(here: str, source: str):
    assert len(broken(here, source)) == 1


@pytest.mark.parametrize(
    ("here", "source"),
    [
        ("node.cases", "from comity.law import book"),
        ("node.cases", "from comity.node.ledger import record"),
        ("node.cases.rules", "from comity.node.cases import models"),
        ("cli.up", "from comity.node.home import Home"),
        ("law.book", "from comity.base.errors import LawError\nimport yaml"),
    ],
)
def test_an_import_that_points_down_is_let_be(here: str, source: str):
    assert broken(here, source) == []
