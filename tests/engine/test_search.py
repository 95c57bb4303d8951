"""Cases by words: every one that matches, the newest first, however the rarest word is read, wherever a piece ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from engine import commands, search
from engine.folding import fold, tokens
from engine.models import CaseTerm, ProcessInstance
from engine.search import Sought
from engine.terms import about, words
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import CLERK, Bench

NAMED = process(
    "named",
    [start(), user_task("ask"), end()],
    ["begin -> ask", "ask -> done"],
    properties=[
        ("case.title", "=title"), ("case.business_key", "=number"),
        ("i18n.en.case.title", '=if title = &quot;Été&quot; then &quot;Summer&quot; else null'),
    ],
)  # fmt: skip
PLAIN = ("gala", "galant", "été", "salle", "revue")


def named(it: Bench, title: str, number: str = "", **more: object) -> UUID:
    it.clock.advance(timedelta(seconds=1))
    return it.start("named", {"title": title, "number": number or None, **more})


def asked(it: Bench, text: str, *records: UUID) -> list[UUID]:
    """Everything that is found, in its order, piece by piece."""
    ids: list[UUID] = []
    place = None
    with reading(it.engine) as session:
        for _ in range(10_000):
            part = next(search.pieces(session, Sought.of(text, records), place))
            ids += [id_ for _, id_ in part.places]
            place = part.rest
            if place is None:
                return ids
    raise AssertionError("it never ends")


def terms(it: Bench, case: UUID) -> set[str]:
    with reading(it.engine) as session:
        return set(session.scalars(select(CaseTerm.term).where(CaseTerm.instance_id == case)))


@pytest.fixture
def it(bench: Callable[..., Bench]) -> Bench:
    made = bench()
    made.deploy(NAMED)
    return made


def test_a_case_is_found_by_words_that_begin_so(it: Bench) -> None:
    gala, ball = named(it, "Gala de l’Été 2026", "EVT-2026-00012"), named(it, "Bal de l'été", "EVT-2026-00013")
    assert asked(it, "gala") == [gala]
    assert asked(it, "ETE") == [ball, gala]
    assert asked(it, "été gal") == [gala]
    assert asked(it, "evt-2026-00012") == [gala]
    assert asked(it, "EVT-2026") == [ball, gala]
    assert asked(it, "00013") == [ball]
    assert asked(it, "ala") == []
    assert asked(it, "%") == asked(it, "") == asked(it, "\x00") == []


def test_a_title_is_found_in_every_language(it: Bench) -> None:
    case = named(it, "Été")
    assert asked(it, "summ") == asked(it, "ete") == [case]


def test_a_case_is_found_by_the_records_that_it_names_now(it: Bench) -> None:
    person, other = uuid4(), uuid4()
    case = named(it, "Gala", person_id=str(person))
    assert asked(it, "nobody", person) == [case]
    with transaction(it.engine) as session:
        commands.set_variables(session, it.engine, case, {"person_id": str(other)}, by=CLERK)
    assert asked(it, "nobody", person) == []
    assert asked(it, "nobody", other) == [case]
    it.do(case, "ask")
    assert asked(it, "nobody", other) == [case], "what has ended is found as it was"
    assert terms(it, case) == {"gala", about(other)}


def test_terms_that_are_there_already_disturb_nothing(it: Bench) -> None:
    """A case of before the table: its terms were filled in meanwhile, or are missing."""
    person = uuid4()
    order = uuid4()
    case = named(it, "Gala", person_id=str(person))
    with transaction(it.engine) as session:
        began = session.get_one(ProcessInstance, case).started_at
        session.execute(delete(CaseTerm).where(CaseTerm.instance_id == case, CaseTerm.term == about(person)))
        session.add(CaseTerm(instance_id=case, term=about(order), started_at=began))
        session.flush()
        commands.set_variables(session, it.engine, case, {"order_id": str(order), "person_id": "none"}, by=CLERK)
    assert terms(it, case) == {"gala", about(order)}


@pytest.mark.parametrize(("few", "lists"), [(2_000, 24), (1, 24), (1, 2)], ids=["few", "lists", "walk"])
def test_pieces_end_anywhere_and_miss_nothing(it: Bench, monkeypatch: pytest.MonkeyPatch, few: int, lists: int) -> None:
    monkeypatch.setattr(search, "CHUNK", 3)
    monkeypatch.setattr(search, "WINDOW", 4)
    monkeypatch.setattr(search, "SHORT", 3)
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "LISTS", lists)
    person = uuid4()
    titles: dict[UUID, str] = {}

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.tuples(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3), st.booleans()), max_size=5),
        st.lists(st.sampled_from(("gal", "gala", "sa", "été", "x")), min_size=1, max_size=2, unique=True),
        st.booleans(),
    )
    def law(more: list[tuple[list[str], bool]], sought: list[str], by_person: bool) -> None:
        for parts, hers in more:
            case = named(it, " ".join(parts), **({"person_id": str(person)} if hers else {}))
            titles[case] = " ".join(parts) + (" @" if hers else "")
        expected = [
            case
            for case, title in reversed(titles.items())
            if all(any(word.startswith(fold(each)) for word in fold(title).split()) for each in sought)
            or (by_person and title.endswith("@"))
        ]
        assert asked(it, " ".join(sought), *([person] if by_person else [])) == expected

    law()


def test_the_condition_says_the_same(it: Bench) -> None:
    person = uuid4()
    gala, hers = named(it, "Gala"), named(it, "Revue", person_id=str(person))
    named(it, "Salle")
    for text, records, expected in (("gal", (), {gala}), ("gal", (person,), {gala, hers}), ("", (person,), {hers})):
        with reading(it.engine) as session:
            condition = search.found(Sought.of(text, records))
            assert set(session.scalars(select(ProcessInstance.id).where(condition))) == expected
            assert set(search.first_matches(session, Sought.of(text, records), 9) or ()) == expected
            assert search.first_matches(session, Sought.of("gala", (person,)), 1) is None


def test_first_matches_are_read_piece_by_piece_up_to_their_limit(it: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SHORT", 2)
    cases = {named(it, "Gala") for _ in range(5)}
    with reading(it.engine) as session:
        for limit, known in ((4, None), (5, cases), (6, cases)):
            first = search.first_matches(session, Sought.of("gala"), limit)
            assert (None if first is None else set(first)) == known


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_is_typed_as_it_is_written_finds_it(title: str, number: str) -> None:
    """Law: every word of a title and of a number, typed as it stands there, begins one of the terms."""
    known = words(title, None, number)
    for token in [*tokens(title), *tokens(number)][:5]:
        assert any(term.startswith(token[:64]) for term in known)
