"""The paper of a credit note: what it takes back and from which invoice, to whoever got the invoice, as it was issued.

Mentions: CGI ann. II, art. 242 nonies A; a note names the invoice that it corrects (CGI art. 289, I-5). A job sets it,
so that nobody waits for a page.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import issued_documents, payers, people, wording
from workflows.association.case_variables import uuid
from workflows.association.credit_notes import PAPER, CreditNote
from workflows.association.invoices import Invoice
from workflows.association.issued_documents import CREDIT_NOTE, IssuedDocument
from workflows.association.letters import Table
from workflows.association.member_documents import letter_page, member_reference
from workflows.association.orders import Order
from workflows.association.settings import Association

_HEAD: Final = {"fr": ("Désignation", "Montant"), "en": ("Description", "Amount")}
_LINE: Final = {"fr": "Facture {} du {}", "en": "Invoice {} of {}"}
_KEPT: Final = {"fr": "Part qui reste due", "en": "Part that stays due"}
_TOTAL: Final = {"fr": "Montant de l’avoir", "en": "Amount credited"}


def connector(association: Association) -> Connector:
    """The work `credit_note.paper` of an association: done twice, it finds the paper that is there."""

    def issue(work: ConnectorWork) -> None:
        with transaction(work.engine) as session:
            note = session.get(CreditNote, uuid(work.variables, "credit_note_id"))
            if note is not None:
                paper(session, association, note, work)

    return Connector(PAPER, issue, retries=5, policy="idempotent", results=frozenset())


def paper(session: Session, association: Association, note: CreditNote, work: ConnectorWork) -> IssuedDocument | None:
    """The PDF of a credit note, in the language of whoever was invoiced. Nothing for who was erased."""
    invoice = session.get_one(Invoice, note.invoice_id)
    order, person = session.get_one(Order, invoice.order_id), people.get(session, invoice.person_id)
    if person is None or person.erased_on is not None:
        return None
    lang, payer = person.lang, payers.of_order(session, order.id)
    told = _LINE[lang].format(invoice.number, wording.day(invoice.issued_on, lang))
    kept = invoice.amount - note.amount
    rows = [(told, wording.amount(invoice.amount, lang))]
    rows += [(_KEPT[lang], f"− {wording.amount(kept, lang)}")] if kept else []
    values = {
        "number": note.number,
        "issued_on": wording.day(note.issued_on, lang),
        "invoice_number": invoice.number,
        "member": person.display_name,
        "order_key": order.key,
    }
    table = Table(_HEAD[lang], rows, (_TOTAL[lang], wording.amount(note.amount, lang)))
    page = letter_page(
        session, association, "credit_note", lang, person, values, note.issued_on, table,
        member_reference(session, person, lang), payer.lines if payer is not None else None,
    )  # fmt: skip
    return issued_documents.issue(
        session, page, key=f"credit_note:{note.number}", kind=CREDIT_NOTE, person_id=person.id,
        file_name=f"{note.number}.pdf", now=work.now,
    )  # fmt: skip
