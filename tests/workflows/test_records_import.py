"""What an association brings along: read, compared, carried out, taken back; each wrong line named with its mend."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from workflows.association import (
    import_cells,
    import_columns,
    import_journal,
    import_records,
    import_undo,
    import_wording,
    life_plans,
)
from workflows.association.diplomas import Diploma
from workflows.association.exits import MembershipExit
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.register import Gift
from workflows.association.import_kinds import KINDS
from workflows.association.import_log import RecordImport
from workflows.association.import_records import RecordPlan
from workflows.association.import_sheets import SheetRefused
from workflows.association.import_undo import RecordsInUse
from workflows.association.life_plans import LifePlan
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.mentorships import Mentorship, month_of
from workflows.association.number_series import member_number
from workflows.association.people import Person, searchable

IBAN = "FR76 3000 6000 0112 3456 7890 189"
MEMBERS = "Numéro de membre;Prénoms;Nom;Date de naissance;Qualité;Début;Fin;Tarif;Reconduction"
AMBRE = "42;Ambre;Delaunay;04/03/1990;membre;01/09/2026;31/08/2027;STD;oui"
BASILE = "0043;Basile;Ozanne;12/11/1985;honneur;01/01/2001;à vie;;non"


@pytest.fixture
def known(office: Office) -> Office:
    """Ambre and Basile are known; neither is a member."""
    with transaction(office.engine) as session:
        for first, last, born in (("Ambre", "Delaunay", date(1990, 3, 4)), ("Basile", "Ozanne", date(1985, 11, 12))):
            person = Person(
                id=uuid4(), first_names=first, birth_name=last, birth_date=born,
                search_name=searchable(first, last, None),
            )  # fmt: skip
            person.diplomas.append(Diploma(id=uuid4(), programme="PGE", promotion_year=2013, verified="REGISTRY"))
            session.add(person)
    return office


def plan(office: Office, kind: str, *lines: str, encoding: str = "utf-8-sig") -> RecordPlan:
    now = office.clock.now()
    with reading(office.engine) as session:
        body = "\r\n".join(lines).encode(encoding)
        return import_records.plan(session, KINDS[kind], body, name="old.csv", today=now.date(), now=now)


def bring(office: Office, kind: str, *lines: str) -> RecordImport:
    now = office.clock.now()
    with transaction(office.engine) as session:
        body = "\n".join(lines).encode()
        planned = import_records.plan(session, KINDS[kind], body, name="old.csv", today=now.date(), now=now)
        assert planned.rejected == (), [import_wording.reason(each) for each in planned.rejected]
        made = import_undo.carry_out(session, planned, by="test", now=now)
    with reading(office.engine) as session:
        return session.get_one(RecordImport, made)


def undo(office: Office, done: RecordImport) -> None:
    with transaction(office.engine) as session:
        import_journal.undo(session, done.id, now=office.clock.now())


def reasons(planned: RecordPlan) -> list[tuple[int, str]]:
    return [(each.line, each.code) for each in planned.rejected]


def count(office: Office, *tables: type) -> list[int]:
    with reading(office.engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_memberships_keep_their_numbers_and_periods(known: Office) -> None:
    done = bring(known, "memberships", MEMBERS, AMBRE, BASILE)
    assert (done.kind, done.added, done.changed) == ("memberships", 2, 0)
    with transaction(known.engine) as session:
        found = {each.member_no: each for each in session.scalars(select(Membership))}
        assert set(found) == {"0042", "0043"}
        ambre, basile = found["0042"], found["0043"]
        assert (ambre.statutory_status, ambre.service_entitlement, ambre.auto_renew) == ("MEMBER", "NEW", True)
        assert (basile.statutory_status, basile.end_date) == ("HONORARY", date.max)
        assert session.scalars(select(MembershipPeriod.rule)).all() == ["IMPORTED", "IMPORTED"]
        assert int(member_number(session)) > 43
    assert known.mails() == []
    assert count(known, ProcessInstance) == [0]


def test_a_dry_run_shows_the_difference_and_writes_nothing(known: Office) -> None:
    bring(known, "memberships", MEMBERS, AMBRE)
    later = AMBRE.replace("31/08/2027", "31/08/2028").replace(";oui", ";non")
    planned = plan(known, "memberships", MEMBERS, later, BASILE)
    assert [entry.line for entry in planned.added] == [3]
    [change] = planned.changed
    assert dict(change.changes) == {
        "end_date": (date(2027, 8, 31), date(2028, 8, 31)), "auto_renew": (True, False),
    }  # fmt: skip
    assert plan(known, "memberships", MEMBERS, AMBRE).unchanged == 1
    assert count(known, Membership) == [1]


LIFE = f"{MEMBERS};à vie, prix;à vie, échéances;à vie, depuis le;à vie, déjà payé;à vie, échéances payées"
IN_PARTS = f"{AMBRE};2400;4;01/09/2025;1200;2"


def test_dues_for_life_in_instalments_go_on_where_they_stood(known: Office) -> None:
    done = bring(known, "memberships", LIFE, IN_PARTS)
    with reading(known.engine) as session:
        membership = session.scalars(select(Membership)).one()
        found = life_plans.running(session, membership, date(2027, 7, 5))
        assert found is not None and (found.price, found.rest, found.part) == (2400, 1200, 600)
        assert (found.paid_parts, found.parts) == (2, 4)
        assert life_plans.running(session, membership, date(2029, 9, 1)) is not None
        assert life_plans.running(session, membership, date(2029, 9, 2)) is None, "four years from its beginning"
    assert plan(known, "memberships", LIFE, IN_PARTS).unchanged == 1, "the same file again"
    undo(known, done)
    assert count(known, Membership, MembershipPeriod, LifePlan) == [0, 0, 0]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{AMBRE};2400;4;01/09/2025;;2", "life_in_part"),
        (f"{AMBRE};2400;4;01/09/2025;2400;3", "life_fulfilled"),
        (f"{AMBRE};2400;4;01/09/2025;1200;4", "life_fulfilled"),
        (f"{AMBRE};2400;4;01/09/2025;600;0", "life_fulfilled"),
        (f"{AMBRE.replace('31/08/2027', 'à vie')};2400;4;01/09/2025;1200;2", "life_fulfilled"),
        (f"{AMBRE};2400;4;01/09/2028;1200;2", "life_ahead"),
    ],
)
def test_instalments_for_life_that_do_not_go_together_are_named(known: Office, line: str, code: str) -> None:
    planned = plan(known, "memberships", LIFE, line)
    assert reasons(planned) == [(2, code)]
    assert all("{" not in import_wording.reason(planned.rejected[0], lang) for lang in ("fr", "en"))
    bring(known, "memberships", MEMBERS, AMBRE)
    assert reasons(plan(known, "memberships", LIFE, IN_PARTS)) == [(2, "life_of_known")]


def test_undoing_restores_what_was_and_removes_what_came(known: Office) -> None:
    first = bring(known, "memberships", MEMBERS, AMBRE)
    second = bring(known, "memberships", MEMBERS, AMBRE.replace("31/08/2027", "31/08/2028"), BASILE)
    assert (second.added, second.changed) == (1, 1)
    undo(known, second)
    with reading(known.engine) as session:
        assert session.execute(select(Membership.member_no, Membership.end_date)).all() == [("0042", date(2027, 8, 31))]
    undo(known, first)
    undo(known, first)
    assert count(known, Membership, MembershipPeriod, Person) == [0, 0, 2]


def test_what_is_in_use_is_not_undone(known: Office) -> None:
    first = bring(known, "memberships", MEMBERS, AMBRE)
    second = bring(known, "memberships", MEMBERS, AMBRE.replace("31/08/2027", "31/08/2028"))
    with transaction(known.engine) as session:
        session.scalars(select(Membership)).one().end_date = date(2030, 1, 1)
    with pytest.raises(RecordsInUse, match="1"):
        undo(known, second)
    with transaction(known.engine) as session:
        period = session.scalars(select(MembershipPeriod)).one()
        copy = MembershipPeriod(
            id=uuid4(), membership_id=period.membership_id, start_date=period.start_date, end_date=period.end_date,
            value_date=period.value_date, tariff_code="STD", rule="RENEWAL", written_at=known.clock.now(),
        )  # fmt: skip
        session.add(copy)
    with pytest.raises(RecordsInUse):
        undo(known, first)
    assert count(known, Membership, MembershipPeriod) == [1, 2]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (AMBRE.replace("31/08/2027", "31/08/2025"), "dates_swapped"),
        (AMBRE.replace("31/08/2027", "31/02/2027"), "date"),
        (AMBRE.replace("Ambre", "Anne"), "person_unknown"),
        (AMBRE.replace("membre;", "abonné;"), "one_of"),
        (AMBRE.replace(";oui", ";peut-être"), "flag"),
        (AMBRE.replace("42;", "A42;"), "member_no"),
        (AMBRE.replace("STD", "=SUM(A1)"), "formula"),
        (AMBRE.replace("STD", "@cmd"), "formula"),
        (AMBRE.replace("STD", "＝1"), "formula"),
        (AMBRE.replace("STD", "+1"), "tariff"),
        (AMBRE.replace("STD", "NOPE"), "tariff"),
        (AMBRE.replace("membre;", ";"), "missing"),
        (AMBRE.replace("STD", "x" * 9), "too_long"),
        (AMBRE.replace("STD", "x" * 1001), "too_long"),
        (AMBRE.replace("42;", ";"), "missing"),
        ("42;Ambre", "columns"),
    ],
)
def test_each_wrong_line_is_named_with_its_mend(known: Office, line: str, code: str) -> None:
    planned = plan(known, "memberships", MEMBERS, BASILE, line)
    assert reasons(planned) == [(3, code)]
    assert len(planned.added) == 1
    said = [import_wording.reason(planned.rejected[0], language) for language in ("fr", "en")]
    assert said[0] != said[1]
    assert "{" not in "".join(said)
    assert code in {"person_unknown", "columns", "member_no"} or all("« " in each or "“" in each for each in said)


def test_the_same_person_and_the_same_number_twice(known: Office) -> None:
    planned = plan(known, "memberships", MEMBERS, AMBRE, AMBRE, BASILE.replace("0043", "0042"))
    assert reasons(planned) == [(3, "said_twice"), (4, "said_twice")]


def test_excel_writes_days_as_numbers_and_commas_between_cells(known: Office) -> None:
    head, line = MEMBERS.replace(";", ","), AMBRE.replace(";", ",").replace("01/09/2026", "46266")
    [entry] = plan(known, "memberships", head, line.replace("31/08/2027", "2027-08-31 00:00:00")).added
    membership = entry.rows[0]
    assert isinstance(membership, Membership)
    assert (membership.start_date, membership.end_date) == (date(2026, 9, 1), date(2027, 8, 31))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_survive_every_encoding(known: Office, encoding: str) -> None:
    [entry] = plan(known, "memberships", MEMBERS, BASILE, encoding=encoding).added
    assert isinstance(entry.rows[0], Membership)
    assert entry.rows[0].end_date == date.max


def test_a_file_without_its_columns_is_refused(known: Office) -> None:
    with pytest.raises(SheetRefused, match="fin"):
        plan(known, "memberships", "Numéro de membre;Début", "42;01/09/2026")


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_every_day_of_a_spreadsheet_is_the_day_it_shows(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert import_columns.read_day(str(serial)) == day


@given(st.decimals(min_value="0.01", max_value="9999999", places=2))
def test_every_amount_is_read_as_it_is_written(value: Decimal) -> None:
    for text in (f"{value:,}".replace(",", "\u202f").replace(".", ","), f"{value}", f"{value} €".replace(".", ",")):
        assert import_cells.amount(text) == value


def test_mandates_keep_the_reference_that_was_signed(known: Office) -> None:
    bring(known, "memberships", MEMBERS, AMBRE)
    head = "RUM;Numéro de membre;IBAN;BIC;Type;Signé le;Dernier prélèvement"
    done = bring(known, "mandates", head, f"AMI-0042-1;42;{IBAN};;récurrent;12/05/2019;24/12/2025")
    with reading(known.engine) as session:
        mandate = session.scalars(select(Mandate)).one()
        assert (mandate.reference, mandate.kind, mandate.state, mandate.holder) == (
            "AMI-0042-1", "RCUR", "SIGNED", "Ambre Delaunay",
        )  # fmt: skip
        assert mandate.signed_at.date() == date(2019, 5, 12)
    wrong = plan(
        known, "mandates", head, f"A;42;{IBAN};;;12/05/2019;", f"B;42;{IBAN[:-1]}0;;;12/05/2026;",
        "C;42;US12;;;12/05/2026;", f"D é;42;{IBAN};;;12/05/2026;", f"E;42;{IBAN};;;12/05/2027;",
        f"AMI-0042-1;42;{IBAN};;;12/05/2019;24/12/2025", f"F;77;{IBAN};;;12/05/2026;",
    )  # fmt: skip
    assert reasons(wrong) == [
        (2, "mandate_lapsed"), (3, "iban"), (4, "iban"), (5, "sepa_reference"), (6, "day_ahead"),
        (8, "member_no_unknown"),
    ]  # fmt: skip
    assert wrong.unchanged == 1
    with transaction(known.engine) as session:
        session.scalars(select(Mandate)).one().used_on = None  # as it was kept once
    bring(known, "mandates", head, f"AMI-0042-1;42;{IBAN};;récurrent;12/05/2019;24/12/2025")
    with reading(known.engine) as session:
        assert session.scalars(select(Mandate)).one().used_on == date(2025, 12, 24)
    undo(known, done)
    assert count(known, Mandate) == [0]


def test_a_mandate_of_a_leap_day_lapses_after_36_months_at_the_end_of_february(known: Office) -> None:
    bring(known, "memberships", MEMBERS, AMBRE)
    head = "RUM;Numéro de membre;IBAN;Signé le"
    known.clock.set(known.clock.now().replace(year=2027, month=2, day=28))
    assert plan(known, "mandates", head, f"A;42;{IBAN};29/02/2024").rejected == ()
    known.clock.advance(timedelta(days=1))
    assert reasons(plan(known, "mandates", head, f"A;42;{IBAN};29/02/2024")) == [(2, "mandate_lapsed")]


def test_gifts_are_booked_on_their_day_and_have_no_second_receipt(known: Office) -> None:
    bring(known, "memberships", MEMBERS, AMBRE)
    head = "Référence;Numéro de membre;Prénoms;Nom;Date de naissance;Montant;Date du don;Moyen de paiement;Reçu fiscal"
    done = bring(
        known, "gifts", head, "D-1;42;;;;1 234,50 €;24/12/2024;chèque;RF-2024-7", "D-2;42;;;;60;03/01/2026;carte;",
        "D-3;;Basile;Ozanne;12/11/1985;15,00;03/01/2026;virement;",
    )  # fmt: skip
    with reading(known.engine) as session:
        gifts = session.scalars(select(Gift).order_by(Gift.key)).all()
        assert [(gift.amount, gift.given_on, gift.fiscal_year, gift.state, gift.means) for gift in gifts] == [
            (Decimal("1234.50"), date(2024, 12, 24), 2024, "BOOKED", "CHEQUE"),
            (Decimal("60.00"), date(2026, 1, 3), 2026, "BOOKED", "CARD"),
            (Decimal("15.00"), date(2026, 1, 3), 2026, "BOOKED", "TRANSFER"),
        ]
        assert gifts[0].reason == "reçu RF-2024-7"
        assert gifts[0].donor_id == gifts[1].donor_id
    again = plan(
        known, "gifts", head, "D-1;42;;;;1234,50;24/12/2024;;", "D-2;42;;;;61;03/01/2026;;", "D-9;42;;;;-5;03/01/2026;;"
    )
    assert again.unchanged == 1
    assert reasons(again) == [(3, "reference_taken"), (4, "amount")]
    assert count(known, ProcessInstance) == [0]
    undo(known, done)
    assert count(known, Gift, Donor) == [0, 0]


def test_mentorships_are_dated_records(known: Office) -> None:
    bring(known, "memberships", MEMBERS, AMBRE, BASILE)
    head = "Mentor;Mentoré;Début;Fin prévue;Rencontres"
    bring(known, "mentorships", head, "43;42;31/08/2026;28/02/2027;3")
    with reading(known.engine) as session:
        pair = session.scalars(select(Mentorship)).one()
    assert month_of(pair, known.clock.now().date()) == 3
    assert [month_of(pair, day) for day in (date(2026, 8, 31), date(2026, 9, 29), date(2026, 9, 30))] == [1, 1, 2]
    wrong = plan(known, "mentorships", head, "42;42;31/08/2026;28/02/2027;", "99;42;31/08/2026;28/02/2027;")
    assert reasons(wrong) == [(2, "own_mentor"), (3, "no_such_member")]
    [change] = plan(known, "mentorships", head, "43;42;31/08/2026;28/02/2027;4").changed
    assert dict(change.changes) == {"meetings": (3, 4)}


def test_who_was_brought_along_can_leave_and_then_stays(known: Office) -> None:
    done = bring(known, "memberships", MEMBERS, AMBRE)
    with transaction(known.engine) as session:
        person_id = session.scalars(select(Membership.person_id)).one()
        commands.correlate_message(
            session, known.engine, "erasure_approved", str(person_id), {"person_id": str(person_id)}, source="test",
            by=SYSTEM,
        )  # fmt: skip
    known.run()
    assert count(known, MembershipExit) == [1]
    with reading(known.engine) as session:
        assert session.scalars(select(Membership.statutory_status)).one() == "RESIGNED"
    with pytest.raises(RecordsInUse, match="1"):
        undo(known, done)
    assert count(known, Membership) == [1]
