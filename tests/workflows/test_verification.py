"""Whose application it is, how sure that is, and how names are compared."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.office import NOON
from workflows.association.applicant_matches import Candidate
from workflows.association.applications import (
    Application,
    BirthDateRefused,
    GuardianMissing,
    PromotionMissing,
    PromotionRefused,
    TooYoung,
    age_on,
    check,
)
from workflows.association.names import fold, likeness, title_case
from workflows.association.verification import judge

TODAY = date(2026, 11, 23)


def application(**changes: object) -> Application:
    values: dict[str, object] = {
        "category": "GRADUATE", "first_names": "Ambre", "birth_name": "Delaunay", "birth_date": date(1990, 3, 4),
        "email": "ambre@boite.example", "programme": "PGE", "promotion_year": 2013, "proof_files": [],
        "peer_confirmations": 0, **changes,
    }  # fmt: skip
    return Application(**values)


def candidate(**changes: object) -> Candidate:
    values: dict[str, object] = {
        "person_id": uuid4(), "name": 100.0, "same_birth_date": True, "same_promotion": True, "same_email": False,
        "member": False, "watched": False, **changes,
    }  # fmt: skip
    return Candidate(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "changes", "score"),
    [
        ([candidate()], {}, 100),
        ([candidate(same_birth_date=False)], {}, 70),
        ([], {}, 0),
        ([], {"proof_files": ["x"]}, 20),
        ([], {"peer_confirmations": 2}, 30),
        ([], {"peer_confirmations": 1}, 0),
        ([], {"email": "a@alumni.ecole.example", "email_verified_at": NOON}, 20),
        ([], {"email": "a@alumni.ecole.example"}, 0),
        ([candidate(name=20.0)], {}, -40),
        ([candidate(), candidate(name=20.0)], {}, 100),
        ([candidate(same_birth_date=False)], {"proof_files": ["x"], "peer_confirmations": 3}, 120),
    ],
)
def test_the_score_adds_what_the_register_and_the_applicant_bring(
    found: list[Candidate], changes: dict[str, object], score: int
) -> None:
    assert judge(application(**changes), found, peers_needed=2).score == score


@pytest.mark.parametrize(
    ("found", "duplicate", "watch"),
    [
        ([candidate()], False, False),
        ([candidate(member=True)], True, False),
        ([candidate(), candidate()], True, False),
        ([candidate(watched=True)], False, True),
        ([candidate(name=30.0, same_email=True, same_birth_date=False, same_promotion=False)], True, False),
    ],
)
def test_duplicates_and_watched_people(found: list[Candidate], duplicate: bool, watch: bool) -> None:
    verdict = judge(application(), found, peers_needed=2)
    assert (verdict.duplicate, verdict.watch) == (duplicate, watch)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anne-Sophie D'Aubigné", "anne sophie d’aubigne"),
        ("Œdipe Læticia", "oedipe laeticia"),
        ("Łukasz Wójcik", "Lukasz Wojcik"),
        ("Nguyễn Thu", "Nguyen Thu"),
    ],
)
def test_names_are_compared_without_accents_and_marks(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert likeness(one, other) == 100


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_measure(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 100
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, one) == (100 if fold(one) else 0)
    assert fold(fold(one)) == fold(one)


def test_capitals_become_names() -> None:
    assert title_case("JEAN-PIERRE D'ARC") == "Jean-Pierre d'Arc"
    assert title_case("de La Tour") == "de La Tour"


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 100))
def test_age_grows_on_the_birthday(born: date, years: int) -> None:
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:
        birthday = date(born.year + years, 3, 1)
    assert age_on(born, birthday) == years
    if years:
        assert age_on(born, birthday - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"birth_date": date(2026, 11, 24)}, BirthDateRefused),
        ({"birth_date": date(1899, 12, 31)}, BirthDateRefused),
        ({"birth_date": date(2011, 11, 24)}, TooYoung),
        ({"birth_date": date(2009, 11, 23), "promotion_year": 2031, "category": "STUDENT"}, GuardianMissing),
        ({"programme": None}, PromotionMissing),
        ({"promotion_year": None}, PromotionMissing),
        ({"promotion_year": 2033}, PromotionRefused),
        ({"promotion_year": 2004}, PromotionRefused),
    ],
)
def test_what_cannot_be_true_is_refused(changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        check(application(**changes), TODAY)


def test_a_minor_with_a_guardian_may_apply() -> None:
    changes = {"birth_date": date(2009, 11, 23), "promotion_year": 2031, "guardian_email": "parent@boite.example"}
    check(application(**changes), TODAY)
