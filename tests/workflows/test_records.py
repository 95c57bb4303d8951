"""Records of forms, consents, roles: what is kept, what is refused, and what never becomes a variable."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import cast
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.models import HistoryEvent, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from forms.spoken import Spoken
from tests.fixtures.office import NOON, Office
from tests.steps.applications import applicant
from workflows.association import applications, consents, people, person_search, roles
from workflows.association.admission import take_over_address
from workflows.association.consents import ConsentKeyUnknown, ConsentValueRefused, Holder
from workflows.association.contact_texts import PhoneRefused, phone_number
from workflows.association.contacts import Address, email_row
from workflows.association.couples import PartnerUnknown
from workflows.association.gifts import donors
from workflows.association.member_records import StatutesRefused
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.name_words import PersonWord
from workflows.association.options import options
from workflows.association.people import Person
from workflows.association.record_set import record_set
from workflows.association.records import RecordReadOnly, RecordUnknown
from workflows.association.staff_records import CandidateUnknown
from workflows.association.summary import summary

GUEST = {
    "category": "GUEST", "first_names": "Moana", "birth_name": "Tehau-Canari", "birth_date": date(1988, 1, 9),
    "email": "moana@boite.example", "country": "PF", "lang": "fr", "situation": "SELF", "phone": "+689 87 12 34 56",
    "employer": "Canari & filles", "school": "École des Canaris",
}  # fmt: skip


def test_what_was_written_is_read(office: Office) -> None:
    office.apply(email_verified=True, **GUEST)
    names = [
        "applicant.birth_name",
        "applicant.phone",
        "applicant.display_name",
        "decision.reason",
        "basket.partner_member_no",
    ]
    with reading(office.engine) as session:
        found = record_set().read(session, office.variables(), names, now=NOON)
    assert found == dict(zip(names, ["Tehau-Canari", "+68987123456", "Moana Tehau-Canari", None, None], strict=True))


def test_personal_data_enters_no_variable_no_history_no_task(office: Office) -> None:
    """A canary in every free field is looked for wherever a case is stored."""
    office.apply(email_verified=True, **GUEST)
    office.complete("give_consents", applicant(office), {}, {"consents.statutes": True})
    with reading(office.engine) as session:
        texts = [str(state) for state in session.scalars(select(ProcessInstance.state))]
        texts += [json.dumps(data) for data in session.scalars(select(HistoryEvent.data))]
        texts += [f"{task.name}{task.properties}" for task in session.scalars(select(UserTask))]
    assert not [text for text in texts if "anari" in text or "moana" in text.casefold() or "87123456" in text]


@pytest.mark.parametrize(
    ("name", "error"),
    [("applicant.actor", RecordUnknown), ("applicant.__class__", RecordUnknown), ("person", RecordUnknown),
     ("nobody.name", RecordUnknown), ("applicant.display_name", RecordReadOnly), ("match.summary", RecordReadOnly)],
)  # fmt: skip
def test_only_declared_fields_are_written(office: Office, name: str, error: type[Invalid]) -> None:
    with transaction(office.engine) as session, pytest.raises(error):
        record_set().write(session, {}, {name: "x"}, now=NOON)


@pytest.mark.parametrize(
    ("element", "values", "error", "field"),
    [
        ("give_consents", {"consents.statutes": False}, StatutesRefused, "statutes"),
        ("give_consents", {"consents.assoc_news": "PERHAPS"}, ConsentValueRefused, "assoc_news"),
        ("give_consents", {"basket.partner_member_no": "9999"}, PartnerUnknown, "partner_member_no"),
        ("give_consents", {"match.person": str(uuid4())}, CandidateUnknown, "candidate"),
        ("give_consents", {"applicant.phone": "12"}, PhoneRefused, "phone"),
    ],
)
def test_a_refused_answer_names_its_field_and_leaves_the_task_open(
    office: Office, element: str, values: dict[str, object], error: type[Invalid], field: str
) -> None:
    office.apply(email_verified=True, **GUEST)
    with pytest.raises(error) as refused:
        office.complete(element, applicant(office), {}, values)
    assert refused.value.params["field"] == field
    assert set(office.open_tasks()) == {element}


def test_consents_are_only_ever_added(office: Office) -> None:
    person = Person(id=uuid4(), first_names="Ambre", birth_name="Delaunay", watched=False)
    holder = Holder(person_id=person.id)
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        for day, value in enumerate(("YES", "YES", "NO")):
            consents.record(session, holder, {"assoc_news": value}, at=NOON + timedelta(days=day), source="PROFILE")
            session.flush()
        rows = session.scalars(select(consents.ConsentEvent.value).order_by(consents.ConsentEvent.at)).all()
        assert rows == ["YES", "NO"]
        assert not consents.allows(session, person.id, "assoc_news", member=True)
        assert not consents.allows(session, person.id, "commercial_partners", member=True)
        with pytest.raises(ConsentKeyUnknown):
            consents.record(session, holder, {"everything": "YES"}, at=NOON, source="PROFILE")


def test_what_rests_on_consent_is_off_until_somebody_says_yes() -> None:
    for key in consents.KEYS.values():
        if key.basis == "CONSENT":
            assert (key.member_default, key.other_default) == ("NO", "NO")


def test_a_role_is_held_from_a_day_to_a_day(office: Office) -> None:
    person = Person(id=uuid4(), first_names="Ambre", birth_name="Delaunay", watched=False)
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        roles.grant(session, person.id, "DATA", from_date=first, to_date=last)
        roles.grant(session, person.id, "GROUP_LEAD", from_date=first, scope="group:1")
        session.flush()
        days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
        assert [roles.of(session, person.id, day) for day in days] == [set(), {"DATA"}, {"DATA"}, set()]
        assert [each.role for each in roles.holdings(session, person.id, first)] == ["DATA", "GROUP_LEAD"]
        assert roles.holders(session, "DATA", last) == [person.id]
        assert roles.end(session, person.id, "DATA", date(2026, 3, 1)) == 1
        assert roles.of(session, person.id, date(2026, 3, 2)) == set()
    assert (roles.head_of("DATA"), roles.head_of("?")) == ("MEMBERSHIP", "GENERAL_DELEGATE")


def test_people_are_found_by_name_accents_apart_and_by_address(office: Office) -> None:
    person = Person(id=uuid4(), first_names="Éloïse", birth_name="D'Aubigné", usage_name="Lœuil", watched=False)
    person.refresh_search_name()
    person.emails.append(email_row(person.id, "eloise@boite.example"))
    with transaction(office.engine) as session:
        session.add(person)
    with reading(office.engine) as session:
        for words in ("aubigne eloise", "LOEUIL", "Éloïse", "eloise@boite.example"):
            assert [found.id for found in person_search.find(session, words)] == [person.id]
        assert [*person_search.find(session, "aubigne 100%"), *person_search.find(session, "_")] == []
        assert people.person_by_email(session, " Eloise@Boite.example ") == person.id


@pytest.mark.parametrize("many", [False, True])
def test_a_statement_that_changes_names_leaves_no_word_of_them_behind(office: Office, many: bool) -> None:
    one, other = (
        Person(id=uuid4(), first_names="Aliénor", birth_name=name, search_name=f"{name} alienor", watched=False)
        for name in ("vieux", "autre")
    )
    with transaction(office.engine) as session:
        session.add_all([one, other])
        session.flush()
        if many:
            session.execute(update(Person), [{"id": one.id, "birth_name": "Neuf"}])
        else:
            session.execute(update(Person).where(Person.birth_name == "vieux").values(birth_name="Neuf"))
    with reading(office.engine) as session:
        found = {name: [each.id for each in person_search.find(session, name)] for name in ("vieux", "neuf", "autre")}
        assert found == {"vieux": [], "neuf": [one.id], "autre": [other.id]}
        words = session.scalars(select(PersonWord.word).where(PersonWord.owner_id == one.id))
        assert sorted(words) == ["alienor", "neuf"]


def test_numbers_are_kept_in_one_form() -> None:
    assert phone_number("06 39 98 00 12") == phone_number("+33639980012") == "+33639980012"
    assert phone_number("020 7946 0000", "GB") == "+442079460000"


def of_two_countries(session: Session) -> Person:
    """Somebody who lives in Japan and is written to in China."""
    person = Person(
        id=uuid4(), first_names="Ana", birth_name="Zhou", birth_date=date(1990, 1, 1), country="JP", watched=False
    )
    session.add(person)
    person.addresses.append(
        Address(id=uuid4(), person_id=person.id, lines="5 Nanjing Lu", postcode="200000", city="上海", country="CN")
    )
    session.flush()
    return person


def test_an_address_is_read_and_kept_with_its_own_country(office: Office) -> None:
    """Who moved from China to Paris has no receipt to “75005 Paris, CHINE”; nobody sees a mixture of the two."""
    names = ["person.address_lines", "person.postcode", "person.city", "person.country"]
    with transaction(office.engine) as session:
        person = of_two_countries(session)
        of_her = {"person_id": str(person.id)}
        shown = record_set().read(session, of_her, names, now=NOON)
        assert [shown[name] for name in names] == ["5 Nanjing Lu", "200000", "上海", "CN"]
        paris = dict(zip(names, ["1 rue des Écoles", "75005", "Paris", "FR"], strict=True))
        record_set().write(session, of_her, paris, now=NOON)
        donor = donors.individual(session, person.id, NOON)
        assert donors.address_of(session, donor) == ["1 rue des Écoles", "75005 Paris"]
        assert person.country == "FR"  # so that dues, hours of mails and groups follow


def test_what_somebody_wrote_is_read_in_the_language_of_its_writer(office: Office) -> None:
    with transaction(office.engine) as session:
        person = Person(id=uuid4(), first_names="Walt", birth_name="Reed", lang="en")
        demand = MentorDemand(
            id=uuid4(), person_id=person.id, goals="A first job", topics="FIRST_JOB", languages="en", rhythm="MONTHLY",
            years_exp=2, asked_on=NOON.date(),
        )  # fmt: skip
        session.add(person)
        session.flush()
        session.add(demand)
        session.flush()
        shown = record_set().read(session, {"demand_id": str(demand.id)}, ["mentee.goals"], now=NOON, language="fr")
    assert shown == {"mentee.goals": "A first job"}
    assert cast("Spoken", shown["mentee.goals"]).lang == "en"


@pytest.mark.parametrize("names", [("country",), ("address_country",), ("address_country", "country")])
def test_an_address_says_nothing_of_where_somebody_lives(office: Office, names: tuple[str, ...]) -> None:
    """A basket that is sent back as it was shown changes nothing, of a former form too; nor does a gift's address."""
    asked = [f"person.{each}" for each in ("address_lines", "postcode", "city", *names)]
    with transaction(office.engine) as session:
        person = of_two_countries(session)
        of_her = {"person_id": str(person.id)}
        shown = record_set().read(session, of_her, asked, now=NOON)
        record_set().write(session, of_her, shown, now=NOON)
        assert (person.country, person.addresses[0].country) == ("JP", "CN")
        if "address_country" in names:
            paris = {"person.address_lines": "1 rue des Écoles", "person.city": "Paris", "person.address_country": "FR"}
            record_set().write(session, of_her, {**shown, **paris}, now=NOON)
            assert (person.country, person.addresses[0].country) == ("JP", "FR")


def test_a_residence_that_is_left_empty_is_that_of_the_address(office: Office) -> None:
    """As the profile says; without an address it stays what it was."""
    with transaction(office.engine) as session:
        person = Person(
            id=uuid4(), first_names="Ana", birth_name="Zhou", birth_date=date(1990, 1, 1), country="FR", watched=False
        )
        session.add(person)
        session.flush()
        of_her = {"person_id": str(person.id)}
        record_set().write(session, of_her, {"person.country": ""}, now=NOON)
        assert person.country == "FR"
        tokyo = {"person.address_lines": "1-1 Chiyoda", "person.city": "東京", "person.address_country": "JP"}
        record_set().write(session, of_her, {**tokyo, "person.country": ""}, now=NOON)
        assert (person.country, person.addresses[0].country) == ("JP", "JP")


def test_the_address_of_an_applicant_is_kept_apart_from_the_residence(office: Office) -> None:
    with transaction(office.engine) as session:
        application = applications.open_application(
            session, {**GUEST, "country": "JP", "phone": ""}, now=NOON, today=NOON.date()
        )
        applications.change(
            application, {"address_lines": "1 rue des Écoles", "city": "Paris", "address_country": "FR"}
        )
        person = Person(id=uuid4(), first_names="Ana", birth_name="Zhou", birth_date=date(1990, 1, 1), watched=False)
        session.add(person)
        take_over_address(person, application)
        assert (person.country, person.addresses[0].country) == ("JP", "FR")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_choices_are_there_in_both_languages(office: Office, language: str) -> None:
    with reading(office.engine) as session:
        found = options(session, language)
    assert found["countries"][0][0] == "FR"
    assert 240 < len(found["countries"]) < 270
    assert all(len(choices) > 3 for name, choices in found.items() if name != "match_candidates")


def test_each_role_sees_what_it_needs(office: Office) -> None:
    office.apply(email_verified=True, **GUEST)
    with reading(office.engine) as session:
        variables = office.variables()
        seen = {
            role: dict(summary(session, variables, "en", frozenset({role}))) for role in ("DATA", "FINANCE", "EDITOR")
        }
    assert seen["DATA"]["Born"] == "9 January 1988"
    assert set(seen["FINANCE"]) == {"Name", "Membership"}
    assert seen["EDITOR"] == {}
