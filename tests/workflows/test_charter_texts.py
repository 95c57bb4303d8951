"""The charter of a career group when its text is changed: each signature stays under what was signed."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from pypdf import PdfReader

from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from workflows.association import texts
from workflows.association.cohorts import papers, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.settings import Association

TODAY = NOON.date()
FRENCH = ("je préviens", "je préviens la veille")
ENGLISH = ("I say so before", "I say so the day before")
SIGNED = {"Ada": timedelta(days=-30), "Bea": timedelta(days=-20), "Cid": timedelta(0), "Dia": None}


@pytest.fixture
def cohort(office: Office) -> Cohort:
    """A group in which two signed some weeks ago, one today, and one not yet."""
    people = {name: add_person(office.engine, name, "Essai") for name in SIGNED}
    with transaction(office.engine) as session:
        made = Cohort(
            key="GC-1", starts_on=TODAY, begins=NOON.time(), minutes=180, sessions=12, state="RUNNING", opened_at=NOON
        )
        session.add(made)
        session.flush()
        for name, since in SIGNED.items():
            moment = None if since is None else NOON + since
            session.add(
                CohortSeat(
                    id=uuid4(), cohort_id=made.id, person_id=people[name].id, situation="SEEKING", state="RUNNING",
                    signed_at=moment,
                )
            )  # fmt: skip
    return made


def words(office: Office, cohort: Cohort, lang: str) -> str:
    with reading(office.engine) as session:
        found = records.by_key(session, cohort.key)
        assert found is not None
        paper = papers.charter(session, Association(), found, lang, TODAY)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())


def reword(office: Office, **columns: tuple[str, str]) -> None:
    """Another text is in force since five days ago."""
    with transaction(office.engine) as session:
        text = texts.delivered("letter", "cohort_charter")
        changed = {key: text[key].replace(old, new) for key, (old, new) in columns.items()}
        texts.decide(
            session, "letter", "cohort_charter", text | changed, valid_from=TODAY - timedelta(days=5),
            decided_by="Carrières", decided_on=TODAY, now=NOON, by="system",
        )  # fmt: skip


def test_a_charter_that_was_never_changed_is_one_text_with_all_signatures(office: Office, cohort: Cohort) -> None:
    shown = words(office, cohort, "fr")
    assert shown.count("je préviens") == 1 and "Texte en vigueur" not in shown
    assert "Signatures 3 / 4" in shown and "Dia Essai pas encore" in shown


def test_a_signature_stands_under_the_text_of_its_day(office: Office, cohort: Cohort) -> None:
    reword(office, body_fr=FRENCH, body_en=ENGLISH)
    for lang, old, new in (
        ("fr", "ou je préviens.", "ou je préviens la veille."),
        ("en", "or I say so before.", "or I say so the day before."),
    ):
        shown = words(office, cohort, lang)
        before, after = shown.index(old), shown.index(new)
        assert before < shown.index("Ada Essai") < shown.index("Bea Essai") < after, shown
        assert after < shown.index("Cid Essai") < shown.index("Dia Essai"), "who has not signed signs the new one"
        assert "Signatures 2 / 2" in shown and "Signatures 1 / 2" in shown
    assert "Text in force on" in shown


def test_a_change_of_one_language_parts_the_signatures_in_that_language_alone(office: Office, cohort: Cohort) -> None:
    reword(office, body_en=ENGLISH)
    assert "Texte en vigueur" not in words(office, cohort, "fr")
    assert "Text in force on" in words(office, cohort, "en")
