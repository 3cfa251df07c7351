from __future__ import annotations

import copy
import shutil

import pytest
import yaml

from comity.law import Book
from comity.law.files import HOME

COMPLETE = {
    "requester": {"kind": "spoc", "country": "NL"},
    "requested": {"kind": "spoc", "country": "DE"},
    "received": "2026-03-05T10:20:00+01:00",
    "urgent": True,
    "urgency_reason": "U2",
    "access": "direct",
    "information_sought": "Crew list",
    "purpose_facts_offence": "Smuggling of drugs",
    "reasons_available": "The vessel called there",
    "link_person_purpose": "Master of the vessel",
    "language": "en",
}


@pytest.fixture(scope="session")
def book():
    return Book.load()


@pytest.fixture
def facts():
    """A complete request under 2023/977, received on a Thursday."""
    return copy.deepcopy(COMPLETE)


FEW = {"dir-2023-977", "fd-2006-960", "vis"}


@pytest.fixture
def folder(tmp_path):
    """A copy of a few of the law files that a test may change; of the other acts there is the name alone."""
    for name in ("lifecycles", "national"):
        shutil.copytree(HOME / name, tmp_path / name)
    (tmp_path / "instruments").mkdir()
    acts = yaml.safe_load((HOME / "acts.yaml").read_text(encoding="utf-8")) or {}
    for path in (HOME / "instruments").glob("*.yaml"):
        if path.stem in FEW:
            shutil.copy(path, tmp_path / "instruments")
        else:
            acts[path.stem] = {"title": path.stem}
    (tmp_path / "acts.yaml").write_text(yaml.safe_dump(acts), encoding="utf-8")
    shutil.copy(HOME / "values.yaml", tmp_path)
    return tmp_path


ACT = """
id: test-act
title: An act for tests
applies: {from: 2020-01-01, article: "9"}
territory: {members: eu, article: "1"}
procedures:
  ask:
    title: Ask
    article: "2"
    lifecycle: question
    offers: {wants: [information]}
    parties:
      requester: {kinds: [customs], article: "2"}
      requested: {kinds: [customs], article: "2"}
"""


@pytest.fixture
def make_book(folder):
    """A book with one more act: `make_book({...})` merges rules into its procedure `test-act/ask`."""

    def make(rules=None, **act):
        content = yaml.safe_load(ACT) | act
        content["procedures"]["ask"] |= rules or {}
        path = folder / "instruments" / "test-act.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return Book.load(folder)

    return make


@pytest.fixture
def asked():
    """Facts of `test-act/ask`, received on a Thursday in Germany."""
    return {
        "requester": {"kind": "customs", "country": "NL"},
        "requested": {"kind": "customs", "country": "DE"},
        "received": "2026-03-05T10:20:00+01:00",
    }
