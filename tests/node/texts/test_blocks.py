from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from comity.base.errors import Conflict, Denied, InputError, NotFound
from comity.law import standard_book
from comity.node import ledger
from comity.node.cases import casework, phrasing
from comity.node.texts import blocks
from comity.node.texts.blocks import BLANK, PLACEHOLDERS, STARTER, fill, parts
from comity.node.texts.models import TextBlock

REQUEST = "dir-2023-977/request"


def write(node, **given):
    fields = {"title": "Nothing found", "language": "en", "text": "Nothing on {title}."} | given
    with node.act("supervisor"):
        return blocks.write(**fields)


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text(max_size=20)))
def test_each_placeholder_gets_its_value_or_a_blank(values):
    text = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    assert fill(text, values) == " ".join(values.get(name) or BLANK for name in PLACEHOLDERS)


@given(st.text(), st.text())
def test_no_text_breaks_it_and_a_value_is_never_read_as_a_pattern(text: str, value: str):
    assert fill("{title}", {"title": value}) == (value or BLANK)
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert fill(escaped, {}) == text
    try:
        parts(text)
    except InputError as refused:
        assert refused.field == "text"  # noqa: PT017


@pytest.mark.parametrize(
    "text", ["{secret}", "{title.name}", "{title[0]}", "{title!r}", "{title:>20}", "{}", "{0}"]
)
def test_another_placeholder_is_refused_by_its_name(text: str):
    with pytest.raises(InputError, match="there is no placeholder") as refused:
        fill(text, {"title": "x"})
    assert refused.value.field == "text"


@pytest.mark.parametrize("text", ["{title", "title}", "{ti{tle}"])
def test_a_brace_that_stands_alone_is_refused(text: str):
    with pytest.raises(InputError):
        fill(text, {})


def test_a_supervisor_writes_changes_and_retires_a_text_and_the_ledger_tells(node):
    made = write(node)
    with node.act("supervisor"):
        changed = blocks.change(made.pk, "Found", "fr", "Voir {reference}.", REQUEST, "answered", 1)
        assert (changed.language, changed.version) == ("fr", 2)
        with pytest.raises(Conflict):
            blocks.change(made.pk, "Found", "fr", "Voir.", REQUEST, "answered", 1)
        blocks.retire(made.pk)
        assert list(blocks.blocks()) == []
        assert list(blocks.all_blocks()) == [made]
        kinds = {line.kind for line in ledger.lines(kind="text.")}
    assert kinds == {"text.written", "text.changed", "text.retired"}


def test_officers_use_texts_but_do_not_write_them(node):
    made = write(node)
    with pytest.raises(Denied), node.act():
        blocks.write("x", "en", "x")
    with node.act():
        assert blocks.find(made.pk) == made


def test_a_text_belongs_to_its_authority(node):
    made = write(node)
    with node.act("supervisor", "de-spoc"):
        assert list(blocks.all_blocks()) == []
        with pytest.raises(NotFound):
            blocks.retire(made.pk)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " "}),
        ("language", {"language": "English"}),
        ("procedure", {"procedure": "nonsense"}),
        ("step", {"step": "danced"}),
        ("step", {"procedure": REQUEST, "step": "signed"}),
        ("text", {"text": ""}),
        ("text", {"text": "x" * 20_001}),
        ("text", {"text": "{secret}"}),
    ],
)
def test_a_bad_text_is_refused_at_its_field(node, field, given):
    with pytest.raises(InputError) as refused:
        write(node, **given)
    assert refused.value.field == field


def test_those_of_a_procedure_and_step_come_with_those_for_any(node):
    for title, procedure, step in (
        ("any", "", ""),
        ("request", REQUEST, ""),
        ("answer", REQUEST, "answered"),
        ("refusal", REQUEST, "refused"),
        ("other", "fd-2006-960/request", "answered"),
    ):
        write(node, title=title, procedure=procedure, step=step)
    with node.act():
        found = blocks.blocks(REQUEST, "answered")
        assert {block.title for block in found} == {"any", "request", "answer"}


def test_a_text_is_filled_in_with_what_the_case_says(node):
    made = write(node, text="{authority} to {partner}: {reference}, {title}, {article}, {due}. {officer}")
    with node.act():
        case = casework.open_case(REQUEST, node.de, "A {reference}", {"urgent": False})
        filled = phrasing.for_case(case.pk, made.pk)
        ahead = phrasing.for_request(REQUEST, node.de, "New", made.pk)
    assert filled == (
        f"SPOC Netherlands to SPOC Germany: {case.reference}, A {{reference}}, dir-2023-977 art. 4, {BLANK}. officer NL"
    )
    assert ahead.startswith(f"SPOC Netherlands to SPOC Germany: {BLANK}, New")


def test_the_starter_set_is_in_three_languages_and_loaded_once(node):
    with node.act("supervisor"):
        added = blocks.load_starter()
        assert blocks.load_starter() == 0
        languages = {block.language for block in TextBlock.objects.all()}
    assert languages == {"en", "fr", "de"}
    assert added % 3 == 0


@pytest.mark.parametrize("block", yaml.safe_load(STARTER.read_text()), ids=lambda block: block["title"])
def test_each_text_of_the_starter_set_fits_a_step_of_the_law_book(block):
    parts(block["text"])
    if block.get("procedure"):
        assert block["step"] in standard_book().procedure(block["procedure"]).steps
