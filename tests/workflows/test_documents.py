"""Documents: set as data says, kept as issued, the same one again when asked again, and never a gift's receipt."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from workflows.association import issued_documents, letters, member_documents, memberships, people, roles, signatories
from workflows.association.invoices import issue
from workflows.association.issued_documents import IssuedDocument
from workflows.association.letters import LetterRefused, Table
from workflows.association.member_documents import NothingAttested
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import Order, open_order
from workflows.association.payers import EmployerPayer
from workflows.association.people import Person
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender, typeset

TODAY = date(2026, 11, 23)
PAGE = Page(
    lang="fr",
    title="Attestation",
    issued_on=TODAY,
    sender=Sender("Amicale", ("1 rue des Diplômés",), ("Association loi 1901",)),
    reader=("Camille Martin",),
    dateline="Fait le 23 novembre 2026",
    blocks=({"kind": "paragraph", "runs": [{"text": "Bonjour", "strong": False}]},),
)


def member(office: Office) -> tuple[Person, Order]:
    """Camille, who paid 160 euros of dues and gave 40."""
    person = Person(id=uuid4(), first_names="Camille", birth_name="Martin", lang="fr")
    order = Order(
        id=uuid4(), key="CMD-2026-000001", person_id=person.id, means="CARD", created_at=NOON, state="PAID", lines=[]
    )  # fmt: skip
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        open_order(session, order, dues=160, tariff="STD", years=1, gift=40)  # type: ignore[arg-type]
        membership = Membership(
            id=uuid4(), person_id=person.id, member_no="1001", category="GRADUATE", statutory_status="MEMBER",
            service_entitlement="NEW", join_date=TODAY, start_date=TODAY, end_date=date(2027, 11, 22), changed_at=NOON,
        )  # fmt: skip
        session.add(membership)
        session.flush()
        period = MembershipPeriod(
            id=uuid4(), membership_id=membership.id, order_id=order.id, start_date=TODAY, end_date=date(2027, 11, 22),
            value_date=TODAY, tariff_code="STD", rule="FIRST", written_at=NOON,
        )  # fmt: skip
        session.add(period)
    return person, order


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("kind", letters.kinds())
def test_every_letter_is_there_in_both_languages(kind: str, lang: str) -> None:
    letter = letters.load(kind, lang)
    assert letter.placeholders == letters.load(kind, "en").placeholders
    table = Table(("a", "b"), [("c", "d")], ("e", "f"))
    blocks = letters.blocks(letter, {name: name for name in letter.placeholders}, table)
    assert typeset(replace(PAGE, lang=lang, blocks=blocks)).startswith(b"%PDF-1.7")


@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1, max_size=80))
@settings(max_examples=25, deadline=None)
def test_what_a_person_typed_is_text_and_never_markup(typed: str) -> None:
    letter = replace(letters.load("dues_attestation", "fr"), body="**$full_name** est là")
    named = letters.blocks(letter, {"full_name": typed, "issued_on": ""})
    assert named == [
        {"kind": "paragraph", "runs": [{"text": typed, "strong": True}, {"text": " est là", "strong": False}]}
    ]
    assert typeset(replace(PAGE, reader=(typed,), blocks=named)).startswith(b"%PDF")


def test_a_document_can_be_archived_and_read_aloud() -> None:
    pdf = typeset(PAGE)
    assert b"pdfaid:part>2<" in pdf and b"pdfuaid:part>1<" in pdf


@pytest.mark.parametrize(
    "name",
    ["王小明", "陳大文", "佐藤花子", "김민수", "محمد الفاسي", "דוד כהן", "Νίκος Παπαδόπουλος", "Nguyễn Thị Hồng Ngọc",
     "สมชาย ใจดี", "राजेश कुमार", "გიორგი", "Հակոբ", "አበበ", "Иван Ђорђевић", "Łukasz Żółć", "Zoë 🎓"],
)  # fmt: skip
def test_every_script_is_set_in_letters_and_not_in_boxes(name: str) -> None:
    """An archived page (PDF/A-2, 6.2.11.8) refers to no missing glyph, and each glyph says which text it stands for."""
    runs = [{"text": f"Reçu de {name}", "strong": True}]
    pdf = typeset(replace(PAGE, reader=(name,), blocks=({"kind": "paragraph", "runs": runs},)))
    assert b"pdfaid:part>2<" in pdf
    read = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    # Marks and ligatures come in the order in which they are drawn, so that letters are compared, not their order.
    assert not Counter(_letters(name)) - Counter(_letters(read))


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each)[0] == "L")


def test_a_character_no_font_holds_still_gives_a_document() -> None:
    pdf = typeset(replace(PAGE, reader=("\U0001e900",)))  # Adlam
    assert pdf.startswith(b"%PDF") and b"pdfaid:part" not in pdf


def test_a_process_remembers_no_page_that_it_has_set() -> None:
    for number in range(40):  # what the first pages need stays
        typeset(replace(PAGE, title=f"Attestation {number}", reader=(f"Membre {number}",)))
    before = resident()
    for number in range(40, 240):
        typeset(replace(PAGE, title=f"Attestation {number}", reader=(f"Membre {number}",)))
    assert resident() - before < 15  # about 45 where each page is kept


def resident() -> float:
    """Memory of this process, in MB."""
    return psutil.Process().memory_info().rss / 1_000_000


def test_a_letter_needs_all_its_values() -> None:
    with pytest.raises(LetterRefused, match="no value for"):
        letters.blocks(letters.load("invoice", "fr"), {})
    values = dict.fromkeys(letters.load("invoice", "fr").placeholders, "x")
    with pytest.raises(LetterRefused, match="it has a table"):
        letters.blocks(letters.load("invoice", "fr"), values)
    with pytest.raises(LetterRefused, match="no such letter"):
        letters.load("../mails/welcome", "fr")


def test_an_invoice_is_kept_as_it_was_issued(office: Office) -> None:
    person, order = member(office)
    with transaction(office.engine) as session:
        kept = session.get_one(Order, order.id)
        invoice = issue(session, kept, person.id, TODAY)
        assert invoice is not None
        first = member_documents.invoice(session, Association(), invoice, kept, lang="fr", now=NOON)
        person_row = people.get(session, person.id)
        assert person_row is not None
        person_row.usage_name = "Durand"
        session.flush()
        again = member_documents.invoice(session, Association(), invoice, kept, lang="fr", now=NOON + timedelta(days=9))
        assert again.id == first.id and again.sha256 == first.sha256 and again.issued_at == NOON
    with reading(office.engine) as session:
        read = session.get_one(IssuedDocument, first.id)
        assert issued_documents.is_unchanged(read)
        assert (read.title, read.file_name) == ("Facture INV-ASSO-2026-000001", "INV-ASSO-2026-000001.pdf")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("country", "city", "said"), [("DE", "Berlin", ["ALLEMAGNE"]), ("FR", "Lyon", [])])
def test_an_invoice_to_an_employer_abroad_names_its_country(
    office: Office, lang: str, country: str, city: str, said: list[str]
) -> None:
    person, order = member(office)
    with transaction(office.engine) as session:
        session.add(
            EmployerPayer(
                id=uuid4(), person_id=person.id, order_id=order.id, company="Werk am Fluss", named_at=NOON,
                address_lines="Hauptstr. 3", postcode="10115", city=city, country=country,
            )
        )  # fmt: skip
        kept = session.get_one(Order, order.id)
        issued = issue(session, kept, person.id, TODAY)
        assert issued is not None
        body = member_documents.invoice(session, Association(), issued, kept, lang=lang, now=NOON).body
    page = PdfReader(BytesIO(body)).pages[0].extract_text()
    assert "\n".join(["Werk am Fluss", "Hauptstr. 3", f"10115 {city}", *said]) in page, page
    assert ("ALLEMAGNE" in page) == bool(said)


def test_an_invoice_never_holds_the_gift(office: Office) -> None:
    person, order = member(office)
    with transaction(office.engine) as session:
        invoice = issue(session, session.get_one(Order, order.id), person.id, TODAY)
        assert invoice is not None and invoice.amount == 160


def test_an_attestation_is_issued_once_a_language(office: Office) -> None:
    person, _order = member(office)
    with transaction(office.engine) as session:
        asked = [
            member_documents.attestation(session, Association(), person.id, lang=lang, today=TODAY, now=NOON)
            for lang in ("fr", "fr", "en")
        ]
    assert asked[0].id == asked[1].id != asked[2].id
    assert asked[2].title == "Attestation of dues"
    with reading(office.engine) as session:
        assert len(issued_documents.of_person(session, person.id)) == 2


def test_letters_are_signed_by_whoever_holds_the_office_and_by_nobody_for_himself(office: Office) -> None:
    person, _order = member(office)
    kinds = {"fr": ("formal_notice", "removal_notice"), "en": ("honorary_letter", "renew_60")}
    with transaction(office.engine) as session:
        person = session.get_one(Person, person.id)
        ended, treasurer, president = (
            Person(id=uuid4(), first_names=first, birth_name=last, lang="fr")
            for first, last in (("Lou", "Avant"), ("Isabelle", "Rey"), ("François", "Berger"))
        )
        session.add_all([ended, treasurer, president])
        session.flush()
        roles.grant(session, ended.id, "PRESIDENT", from_date=date(2020, 1, 1), to_date=TODAY - timedelta(days=1))
        for each, role in ((treasurer, "TREASURER"), (president, "PRESIDENT"), (person, "TREASURER")):
            roles.grant(session, each.id, role, from_date=TODAY)
        given = member_documents.attestation(session, Association(), person.id, lang="fr", today=TODAY, now=NOON)
        assert ended_with(given.body, "Isabelle Rey", "Trésorerie")
        for lang, kind in ((lang, kind) for lang, some in kinds.items() for kind in some):
            said = dict.fromkeys(letters.load(kind, lang).placeholders, "…")
            page = member_documents.letter_page(session, Association(), kind, lang, person, said, TODAY)
            who = ("Isabelle Rey", "Treasurer") if kind == "renew_60" else ("François Berger", _PRESIDENT[lang])
            assert ended_with(typeset(page), *who), kind
        assert signatories.lines(session, "formal_notice", "fr", TODAY, reader=president.id) == ("Présidence",)
        assert signatories.lines(session, "invoice", "fr", TODAY) == ()


_PRESIDENT = {"fr": "Présidence", "en": "President"}


def ended_with(pdf: bytes, *signature: str) -> bool:
    """Whether these lines stand one below the other on the page."""
    return "\n".join(signature) in PdfReader(BytesIO(pdf)).pages[0].extract_text()


def test_what_was_not_paid_or_was_taken_back_is_not_attested(office: Office) -> None:
    person, _order = member(office)
    with transaction(office.engine) as session:
        membership = memberships.of(session, person.id)
        assert membership is not None
        memberships.periods(session, membership.id)[0].reversed_at = NOON
        with pytest.raises(NothingAttested):
            member_documents.attestation(session, Association(), person.id, lang="fr", today=TODAY, now=NOON)


def test_spoiled_bytes_are_noticed(office: Office) -> None:
    person, _order = member(office)
    with transaction(office.engine) as session:
        document = member_documents.attestation(session, Association(), person.id, lang="fr", today=TODAY, now=NOON)
        document.body = document.body[:-1]
        assert not issued_documents.is_unchanged(document)
