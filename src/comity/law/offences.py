"""The offences that cases are tagged with: two lists of Union law, read as one taxonomy.

Each offence of either list is serious: those of the arrest warrant where they can bring three years at least,
those of Annex I as the crime for which Europol is competent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import get_args

import yaml
from pydantic import ValidationError, model_validator

from comity.base.errors import FactError, InstrumentError
from comity.base.text import say
from comity.law.book import HOME
from comity.law.schema.basic import Checked, ListOfOffences, Slug, Strict


class OffenceList(Strict):
    """A list of offences in an act: its title, CELEX number and the article or annex it stands in."""

    act: str
    celex: str
    article: str
    checked: Checked | None = None


class Offence(Strict):
    """One offence: its title in our words, and its place in each list that has it."""

    title: str
    eaw: int | None = None
    europol: int | None = None
    pnr: int | None = None
    cisa_40_7: int | None = None
    naples_19_2: int | None = None
    empact_2018: int | None = None
    empact_2022: int | None = None
    empact_2026: int | None = None

    @model_validator(mode="after")
    def _in_a_list(self) -> Offence:
        if not any(getattr(self, name) for name in get_args(ListOfOffences)):
            raise ValueError(f"{self.title}: in none of the lists")
        return self

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

    def citations(self, offence: str) -> Mapping[str, str]:
        """The act and article of each list that has the offence: `{"eaw": "32002F0584 art. 2(2)"}`."""
        found = self.offences[offence]
        return {
            name: f"{each.celex} {'' if each.article.startswith('Annex') else 'art. '}{each.article}"
            for name, each in self.lists.items()
            if getattr(found, name)
        }


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The packaged taxonomy, loaded once a process. Raises InstrumentError when the file is not well formed."""
    path = HOME / "offences.yaml"
    try:
        return Taxonomy.model_validate(yaml.safe_load(path.read_bytes()))
    except ValidationError as error:
        first = error.errors()[0]
        raise InstrumentError(f"{path.name}: {first['loc']}: {first['msg']}") from None
