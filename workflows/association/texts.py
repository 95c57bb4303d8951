"""Mail and letter texts as people change them: dated versions over the files, in both languages, with their history.

A version is a row of a parameter table whose key is the template. Where none is in force, the file's text is. What a
template may say is what its file says: a placeholder is a value that the work behind it brings, no more and no less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from string import Template
from types import MappingProxyType
from typing import ClassVar, Final, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import Invalid, NotFound
from workflows.association import letters, mail_templates, parameters
from workflows.association.letters import Letter
from workflows.association.mail_templates import LANGUAGES, MailTemplate
from workflows.association.parameters import Column, Table

Kind = Literal["mail", "letter"]
FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = {"mail": ("subject", "body"), "letter": ("title", "dated", "body")}
OPTIONAL: Final = frozenset({"first_names", "association"})  # a text may do without greeting its reader
_LABELS: Final = {
    "subject": ("Objet", "Subject"),
    "title": ("Titre", "Title"),
    "dated": ("Date", "Date line"),
    "body": ("Texte", "Text"),
}


class TextUnknown(NotFound):
    """There is no {kind} “{name}”."""

    code: ClassVar[str] = "text_unknown"


class PlaceholderUnknown(Invalid):
    """“${placeholder}” is not known in this text. Known: {known}."""

    code: ClassVar[str] = "text_placeholder_unknown"


class PlaceholderMissing(Invalid):
    """“${placeholder}” is missing: this text has to say it."""

    code: ClassVar[str] = "text_placeholder_missing"


class DollarAlone(Invalid):
    """A $ stands alone: write $$ for the sign itself, or $name for a placeholder."""

    code: ClassVar[str] = "text_dollar_alone"


def _column(field: str, lang: str) -> Column:
    fr, en = _LABELS[field]
    kind: Literal["long_text", "text"] = "long_text" if field == "body" else "text"
    return Column(f"{field}_{lang}", kind, f"{fr} ({lang})", f"{en} ({lang})")


# Not at the top of the module by themselves: they have pages of their own.
TABLES: Final[Mapping[Kind, Table]] = MappingProxyType(
    {
        kind: Table(
            f"{kind}_text",
            "Courriels" if kind == "mail" else "Courriers",
            "Mails" if kind == "mail" else "Letters",
            tuple(_column(field, lang) for lang in LANGUAGES for field in fields),
            open_keys=True,
        )
        for kind, fields in FIELDS.items()
    }
)


def names(kind: Kind) -> tuple[str, ...]:
    """Every template of a kind, sorted."""
    return mail_templates.names() if kind == "mail" else letters.kinds()


def delivered(kind: Kind, name: str) -> dict[str, str]:
    """The text of the files, by column. Raises TextUnknown."""
    if name not in names(kind):
        raise TextUnknown(kind=kind, name=name[:60])
    found: dict[str, str] = {}
    for lang in LANGUAGES:
        file = mail_templates.load(name, lang) if kind == "mail" else letters.load(name, lang)
        found |= {f"{field}_{lang}": getattr(file, field).rstrip("\n") for field in FIELDS[kind]}
    return found


def in_force(session: Session, kind: Kind, name: str, on: date) -> dict[str, str]:
    """The text of a day, by column. Raises TextUnknown."""
    known = _version(session, kind, name, on)
    return delivered(kind, name) | (known or {})


def mail(session: Session, name: str, lang: str, on: date) -> MailTemplate:
    """The mail as it is sent on a day. Raises MailTemplateRefused."""
    file, known = mail_templates.load(name, lang), _version(session, "mail", name, on)
    return file if known is None else filled_mail(file, known)


def letter(session: Session, kind: str, lang: str, on: date) -> Letter:
    """The letter as it is set on a day. Raises LetterRefused."""
    file, known = letters.load(kind, lang), _version(session, "letter", kind, on)
    return file if known is None else filled_letter(file, known)


def filled_mail(file: MailTemplate, text: Mapping[str, str]) -> MailTemplate:
    """The template with a version's text in its language."""
    return replace(file, subject=text[f"subject_{file.lang}"], body=text[f"body_{file.lang}"].strip() + "\n")


def filled_letter(file: Letter, text: Mapping[str, str]) -> Letter:
    """The letter with a version's text in its language."""
    return replace(
        file, title=text[f"title_{file.lang}"], dated=text[f"dated_{file.lang}"], body=text[f"body_{file.lang}"].strip()
    )


def placeholders(kind: Kind, name: str) -> frozenset[str]:
    """What the text may say: the `$names` of its files. Raises TextUnknown."""
    return frozenset(Template("\n".join(delivered(kind, name).values())).get_identifiers())


def check(kind: Kind, name: str, text: Mapping[str, str]) -> dict[str, Invalid]:
    """What is wrong with a text, by column: a placeholder that is unknown or missing, a lone dollar sign.

    Both languages say what their file says. Raises TextUnknown.
    """
    wrong: dict[str, Invalid] = {}
    known, files = placeholders(kind, name), delivered(kind, name)
    for column, written in text.items():
        template = Template(written)
        if not template.is_valid():
            wrong[column] = DollarAlone(field=column)
        elif unknown := sorted(set(template.get_identifiers()) - known):
            wrong[column] = PlaceholderUnknown(field=column, placeholder=unknown[0], known=", ".join(sorted(known)))
    for lang in LANGUAGES:
        said = _said(text, lang)
        missing = sorted(_said(files, lang) - said - OPTIONAL)
        if missing and f"body_{lang}" not in wrong:
            wrong[f"body_{lang}"] = PlaceholderMissing(field=f"body_{lang}", placeholder=missing[0])
    return wrong


def decide(
    session: Session, kind: Kind, name: str, text: Mapping[str, str], *, valid_from: date, decided_by: str,
    decided_on: date, now: datetime, by: str, seen: str | None = None,
) -> UUID:  # fmt: skip
    """Makes a text valid from a day on, in both languages, and answers the version's id.

    Raises what `check` finds, TextUnknown, and what `parameters.decide` raises.
    """
    for error in check(kind, name, text).values():
        raise error
    return parameters.decide(
        session, TABLES[kind], name, text, valid_from=valid_from, decided_by=decided_by, decided_on=decided_on,
        now=now, by=by, succeeds=True, seen=seen,
    )  # fmt: skip


def _said(text: Mapping[str, str], lang: str) -> set[str]:
    whole = "\n".join(written for column, written in text.items() if column.endswith(f"_{lang}"))
    return set(Template(whole).get_identifiers())


def _version(session: Session, kind: Kind, name: str, on: date) -> dict[str, str] | None:
    every = parameters.every_row(session, TABLES[kind])
    found = next((row for row in every if row.key == name and row.holds(on)), None)
    return None if found is None else {column: str(value) for column, value in found.values.items()}
