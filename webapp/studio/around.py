"""What a process reads and sends that is changed without a draft: tables of figures, and mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from webapp.auth import SignedIn
from webapp.parameters.page import may_see
from webapp.studio import delays, rights
from webapp.texts.rights import READERS
from webapp.texts.senders import named
from webapp.wiring_checks import processes_in
from workflows.association import parameters
from workflows.association.mail_titles import mail_title
from workflows.association.wording import typographic

__all__ = ["Beside", "beside"]


@dataclass(frozen=True, slots=True)
class Beside:
    """Names with their addresses ("" where this reader's roles do not open the page), in the order of the names."""

    tables: Sequence[tuple[str, str]]
    mails: Sequence[tuple[str, str]]


def beside(process_id: str, files: Mapping[str, bytes], person: SignedIn, language: str) -> Beside:
    """Of the processes in these files, and the tables that the owner of the process decides: work reads those by the
    day, and no diagram says so."""
    specs = [spec for found in processes_in(files).values() for spec in found]
    read, owners = delays.tables(specs, files), rights.owners_of(process_id)
    own = [each for each in parameters.declared().values() if each.owner in owners and each not in read]
    tables = [
        (
            table.label_en if language == "en" else table.label_fr,
            url_for("parameters.table", name=table.name) if may_see(person, table) else "",
        )
        for table in (*read, *own)
    ]
    opens = bool(person.roles.intersection(READERS))
    mails = [
        (typographic(mail_title(name, language)), url_for("texts.show", kind="mail", name=name) if opens else "")
        for name in named(files)
    ]
    return Beside(_in_order(tables), _in_order(mails))


def _in_order(found: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return sorted(found, key=lambda each: each[0].casefold())
