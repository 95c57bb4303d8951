"""The papers of a direct debit: the mandate as it was signed, and the notice of each debit, kept as they were issued.

Mentions of a mandate: EPC016-06 (SEPA Core Rulebook, §4.7.2: reference, creditor and its identifier, debtor, account,
kind, signature, right to a refund); of a notice: §4.3.4 (amount, day, mandate, creditor). A job sets them, so that
nobody waits for two pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.engine import Engine
from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import issued_documents, letters, mail_templates, mails, people, texts, wording
from workflows.association.bank import creditors
from workflows.association.bank.creditors import Creditor
from workflows.association.bank.debits import CANCELED, PAPERS, PLANNED, SENT, DirectDebit
from workflows.association.case_variables import local_day, uuid
from workflows.association.gifts import documents, figures
from workflows.association.issued_documents import SEPA_MANDATE, SEPA_NOTICE
from workflows.association.mandates import Mandate
from workflows.association.member_documents import reader_lines
from workflows.association.orders import FOUNDATION, Order
from workflows.association.people import Person
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender

_NO_ADDRESS: Final = ("adresse non communiquée", "address not given")
_NO_BIC: Final = ("non nécessaire", "not needed")  # within the SEPA zone since 2016
_SIGNED_ONLINE: Final = (
    "électronique, par {holder}, le {day} à {hour} (heure de Paris), depuis son espace personnel",
    "electronic, by {holder}, on {day} at {hour} (Paris time), from their personal space",
)
_FROM: Final = (", adresse IP {address}", ", IP address {address}")
_SIGNED_ON_PAPER: Final = (
    "mandat de {holder} du {day}, conservé par {who}", "mandate of {holder} of {day}, kept by {who}",
)  # fmt: skip
_MOVED: Final = "sepa_moved"
_KINDS: Final = {"RCUR": ("récurrent", "recurrent"), "OOFF": ("ponctuel", "one-off")}


def connector(association: Association) -> Connector:
    """The work `sepa.papers` of an association: done twice, it finds the papers that are there."""

    def issue(work: ConnectorWork) -> None:
        today = local_day(work.now, work.engine.settings.zone)
        with transaction(work.engine) as session:
            debit = session.get(DirectDebit, uuid(work.variables, "direct_debit_id"))
            if debit is not None:
                issue_papers(session, association, debit, today, work.now)
                if work.variables.get("announce") is True:
                    announce(session, work.engine, association, debit, today)

    return Connector(PAPERS, issue, retries=5, policy="idempotent", results=frozenset())


def issue_papers(session: Session, association: Association, debit: DirectDebit, today: date, now: datetime) -> None:
    """The mandate, once, and the notice of this debit, in the language of whoever pays. Nothing for who was erased, and
    no notice of what was taken back before it was written."""
    order, mandate = session.get_one(Order, debit.order_id), session.get_one(Mandate, debit.mandate_id)
    whom = order.person_id or mandate.person_id
    person = people.get(session, whom) if whom is not None else None
    if person is None or person.erased_on is not None:
        return
    theirs = mandate.creditor == FOUNDATION
    sender = _sender(session, association, today, person.lang, theirs=theirs)
    said = _values(session, mandate, person, sender, today)
    said |= {
        "amount": wording.amount(debit.amount, person.lang),
        "collect_on": wording.day(debit.due_on, person.lang),
        "order_key": order.key,
    }
    for kind, letter, key in (
        (SEPA_MANDATE, "sepa_mandate", f"mandate:{mandate.reference}"),
        (SEPA_NOTICE, "sepa_notice", f"notice:{debit.end_to_end_id}"),
    ):
        if letter == "sepa_notice" and debit.state == CANCELED:
            continue
        issued_documents.issue(
            session, _page(session, letter, person, sender, said, today), key=key,
            kind=documents.GIFT_LETTER if theirs else kind, person_id=person.id,
            file_name=f"{letter.replace('_', '-')}-{mandate.reference}-{today}.pdf", now=now,
        )  # fmt: skip


def announce(session: Session, engine: Engine, association: Association, debit: DirectDebit, today: date) -> None:
    """The mail of a debit that moved to another mandate, once; without an address the paper alone tells of it. Nothing
    is said of one that will not come: it was taken back, or is over."""
    if debit.state not in {PLANNED, SENT}:
        return
    order, mandate = session.get_one(Order, debit.order_id), session.get_one(Mandate, debit.mandate_id)
    whom, key = order.person_id or mandate.person_id, f"debit_moved:{debit.end_to_end_id}"
    person = people.get(session, whom) if whom is not None else None
    away = person is None or person.erased_on is not None or person.primary_email is None
    if person is None or away or mails.by_key(session, key) is not None:
        return
    sender = _sender(session, association, today, person.lang, theirs=mandate.creditor == FOUNDATION)
    values = _values(session, mandate, person, sender, today) | {
        "first_names": person.first_names, "amount": wording.amount(debit.amount, person.lang),
        "collect_on": wording.day(debit.due_on, person.lang), "order_key": order.key,
    }  # fmt: skip
    made = mail_templates.render(texts.mail(session, _MOVED, person.lang, today), values)
    mails.post(
        session, engine, to=person.id, subject=made.subject, text=made.text, html=made.html, lang=person.lang, key=key,
        template=_MOVED,
    )  # fmt: skip


def _sender(session: Session, association: Association, on: date, lang: str, *, theirs: bool) -> Sender:
    if theirs:
        return documents.sender(figures.body(session, on, lang))
    return Sender(association.name, association.address, association.mentions)


def _values(session: Session, mandate: Mandate, person: Person, sender: Sender, on: date) -> dict[str, str]:
    collects: Creditor = creditors.creditor(session, mandate.creditor, on)
    english = person.lang == "en"
    return {
        "mandate_reference": mandate.reference,
        "creditor": collects.identifier,
        "creditor_name": collects.name,
        "creditor_address": ", ".join(sender.address) or "—",
        "holder": mandate.holder,
        "holder_address": ", ".join(reader_lines(person)[1:]) or _NO_ADDRESS[english],
        "account_iban": " ".join(mandate.iban[i : i + 4] for i in range(0, len(mandate.iban), 4)),
        "account_bic": mandate.bic or _NO_BIC[english],
        "account": mandate.masked,
        "mandate_kind": _KINDS[mandate.kind][english],
        "signed_on": wording.day(mandate.signed_at.astimezone(PARIS).date(), person.lang),
        "signature": signature(mandate, collects.name, person.lang),
        "issued_on": wording.day(on, person.lang),
    }


def signature(mandate: Mandate, creditor: str, lang: str) -> str:
    """How a mandate was signed: by whom, when and from where on a page; else that the paper is kept."""
    at = mandate.signed_at.astimezone(PARIS)
    said = {"holder": mandate.holder, "day": wording.day(at.date(), lang), "hour": f"{at:%H:%M}", "who": creditor}
    if not mandate.is_signed_online:
        return _SIGNED_ON_PAPER[lang == "en"].format(**said)
    place = _FROM[lang == "en"].format(address=mandate.signed_from) if mandate.signed_from else ""
    return _SIGNED_ONLINE[lang == "en"].format(**said) + place


def _page(session: Session, kind: str, person: Person, sender: Sender, values: Mapping[str, str], today: date) -> Page:
    letter = texts.letter(session, kind, person.lang, today)
    return Page(
        lang=person.lang, title=letters.line(letter.title, values), issued_on=today, sender=sender,
        reader=reader_lines(person), dateline=letters.line(letter.dated, values),
        blocks=letters.blocks(letter, values), references=(),
    )  # fmt: skip
