"""The offences that cases are tagged with: the lists of several acts, read as one taxonomy.

An offence may stand in several lists or in none. Those of the arrest warrant are serious where they can bring
three years at least, those of Annex I to the Europol Regulation as the crime for which Europol is competent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from comity.base.errors import FactError
from comity.base.text import say
from comity.law.files import HOME, read_mapping, read_model
from comity.law.schema.basic import Checked, ListOfOffences, Slug, Strict

Place = int | str
"""Where an offence stands in a list: its number or letter."""


class OffenceList(Strict):
    """A list of offences in an act: its title, a short name, CELEX number and the article or annex it stands in."""

    act: str
    short: str
    celex: str | None = None
    article: str
    checked: Checked | None = None


class Offence(Strict):
    """One offence: its title in our words, and its place in each list that has it."""

    title: str
    eaw: Place | None = None
    europol: Place | None = None
    pnr: Place | None = None
    cisa_40_7: Place | None = None
    naples_19_2: Place | None = None
    empact_2018: Place | None = None
    empact_2022: Place | None = None
    empact_2026: Place | None = None

    @property
    def serious(self) -> bool:
        """Whether it is listed for the arrest warrant or for Europol (Directive (EU) 2023/977 art. 2)."""
        return self.eaw is not None or self.europol is not None


class Taxonomy(Strict):
    """The lists, and every offence by its id, in the order in which they are offered."""

    lists: dict[ListOfOffences, OffenceList]
    offences: dict[Slug, Offence]

    def read(self, ids: Iterable[str]) -> list[str]:
        """Those ids, each once and in the taxonomy's order; FactError names one that it does not have."""
        given = set(ids)
        for unknown in sorted(given - set(self.offences)):
            raise FactError(say("no offence of the list: {offence}", offence=unknown[:60]), field="offences")
        return [known for known in self.offences if known in given]

    def titles(self, ids: Iterable[str]) -> list[str]:
        """The titles of those ids that are known."""
        return [self.offences[each].title for each in ids if each in self.offences]

    def listed(self, ids: Iterable[str], in_list: ListOfOffences) -> list[str]:
        """Those of the ids that stand in a list: `europol` says for which Europol is competent."""
        return [each for each in ids if each in self.offences and getattr(self.offences[each], in_list)]

    def places(self, offence: str) -> dict[ListOfOffences, Place]:
        """The lists that have the offence, each with its place in it."""
        found = self.offences[offence]
        return {name: place for name in self.lists if (place := getattr(found, name)) is not None}

    def citations(self, offence: str) -> Mapping[str, str]:
        """The act and article of each list that has the offence: `{"eaw": "32002F0584 art. 2(2)"}`."""
        return {name: _citation(self.lists[name]) for name in self.places(offence)}


def _citation(each: OffenceList) -> str:
    article = f"art. {each.article}" if each.article[0].isdigit() else each.article
    return f"{each.celex or each.act} {article}"


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The packaged taxonomy, loaded once a process. Raises InstrumentError when the file is not well formed."""
    path = HOME / "offences.yaml"
    return read_model(Taxonomy, read_mapping(path), path)
