"""A text as its fictitious reader gets it: a mail's HTML and plain text, a letter's PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from webapp.mailbox.bodies import cleaned
from workflows.association import letters, mail_templates, signatories, text_samples, texts, typesetting
from workflows.association.gifts import documents, figures
from workflows.association.letters import Letter, Table
from workflows.association.mail_templates import LANGUAGES, Rendered
from workflows.association.settings import Association
from workflows.association.texts import Kind
from workflows.association.typesetting import Page, Sender

OF_THE_FOUNDATION: Final = frozenset({"foundation", "body"})  # what its work alone brings (`gifts.documents`)
READER = ("Zoé Lambert", "12 avenue des Tilleuls", "69000 Lyon")


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail in one language."""

    lang: str
    subject: str
    body: Markup
    text: str


def mail(name: str, text: Mapping[str, str], lang: str) -> Rendered:
    """The mail for the fictitious reader. Raises MailTemplateRefused."""
    template = texts.filled_mail(mail_templates.load(name, lang), text)
    return mail_templates.render(template, text_samples.values(template.placeholders, lang))


def mails(name: str, text: Mapping[str, str]) -> list[Preview]:
    """The mail in each language, its HTML cleaned as the mailbox cleans it."""
    found = [(lang, mail(name, text, lang)) for lang in LANGUAGES]
    return [Preview(lang, made.subject, cleaned(made.html), made.text) for lang, made in found]


def letter(
    session: Session, association: Association, name: str, text: Mapping[str, str], lang: str, today: date
) -> bytes:
    """The letter as PDF for the fictitious reader, from whoever sends it. Raises LetterRefused, PageNotSet."""
    filled = texts.filled_letter(letters.load(name, lang), text)
    said = text_samples.values(filled.placeholders, lang)
    table = Table(("", "€"), (("…", "160,00 €"),), ("", "160,00 €"))
    sender, signature = _sender(session, association, name, letters.load(name, lang), today)
    page = Page(
        lang=lang,
        title=letters.line(filled.title, said),
        issued_on=today,
        sender=sender,
        reader=READER,
        dateline=letters.line(filled.dated, said),
        blocks=letters.blocks(filled, said, table),
        signature=signature,
    )
    return typesetting.typeset(page)


def _sender(
    session: Session, association: Association, name: str, delivered: Letter, today: date
) -> tuple[Sender, tuple[str, ...]]:
    """Who sends a letter and signs it: the Foundation what names it, the Association the rest."""
    if OF_THE_FOUNDATION.isdisjoint(delivered.placeholders):
        signed = signatories.lines(session, name, delivered.lang, today)
        return Sender(association.name, association.address, association.mentions), signed
    body = figures.body(session, today, delivered.lang)
    return documents.sender(body), (body.signatory, body.signatory_quality)


def changed(kind: Kind, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether two texts differ."""
    return any(old[each.name] != new.get(each.name) for each in texts.TABLES[kind].columns)


def differences(old: str, new: str) -> Markup:
    """The new text with what was taken away and what was added marked, word by word."""
    before, after = old.split(" "), new.split(" ")
    told = []
    for tag, first, last, begin, end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        gone, come = " ".join(before[first:last]), " ".join(after[begin:end])
        if tag == "equal":
            told.append(escape(come))
            continue
        if gone:
            told.append(Markup("<del>{}</del>").format(gone))
        if come:
            told.append(Markup("<ins>{}</ins>").format(come))
    return Markup(" ").join(told)
