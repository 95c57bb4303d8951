"""What the catalogue says of one process: its words, who owns and starts it, and the messages it shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workflows.member_acts import MemberAct

FOLDER: Final = Path(__file__).parent
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One process. `public`: its start form is offered without signing in. `for_members`: whoever is signed in may
    start it about himself. `member_acts`: what whoever a case is about may say on its page."""

    process_id: str
    titles: Texts
    purposes: Texts
    owner_roles: frozenset[str]
    starter_roles: frozenset[str]
    public: bool = False
    for_members: bool = False
    outbound_messages: frozenset[str] = frozenset()
    inbound_messages: frozenset[str] = frozenset()
    member_acts: tuple[MemberAct, ...] = ()

    def title(self, language: str) -> str:
        """What it is called."""
        return self.titles.get(language, self.titles["fr"])

    def purpose(self, language: str) -> str:
        """What it is for, in one sentence."""
        return self.purposes.get(language, self.purposes["fr"])

    @property
    def path(self) -> Path:
        """Its folder."""
        return FOLDER / self.process_id
