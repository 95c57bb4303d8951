"""Every column of every table says what it holds of people, and every category has a purpose, a basis and a time."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Column, LargeBinary, String, Text
from sqlalchemy.orm import Mapper

from engine.model_privacy import DECLARED
from engine.personal import Impersonal, words
from webapp.tables import METADATA
from workflows.association.privacy.categories import CATEGORIES, RETENTION
from workflows.association.privacy.declarations import declaration_of, models, target_of

TELLING = (String, Text, JSON, LargeBinary)
HOW = (
    'beside __tablename__ of {name}: __privacy__ = Personal("CATEGORY", "person_id", erase="{columns}") with from '
    "engine.personal import Personal, or Impersonal('why nobody is in it'). CATEGORY: {categories}. erase= is emptied, "
    "ids= holds ids of people in a text, plain= tells of nobody. See engine/personal.py."
)


def telling(model: Mapper[object]) -> list[Column[object]]:
    """The columns that can hold something of a person: texts, JSON, bytes."""
    return [column for column in model.local_table.columns if isinstance(column.type, TELLING)]  # type: ignore[misc]


@pytest.mark.parametrize("model", models(), ids=lambda model: model.local_table.name)
def test_every_column_says_what_it_holds_of_people(model: Mapper[object]) -> None:
    name, said = model.class_.__name__, declaration_of(model.class_)
    columns = [column.name for column in telling(model)]
    help_for = HOW.format(name=name, columns=" ".join(columns), categories=", ".join(CATEGORIES))
    assert said is not None, help_for
    if isinstance(said, Impersonal):
        assert said.why
        return
    spoken = frozenset[str]().union(*(each.named for each in said))
    silent = [column for column in columns if column not in spoken]
    assert silent == [], f"{name} says nothing of {' '.join(silent)} – {help_for}"
    known = set(model.local_table.columns.keys())
    for each in said:
        assert each.category in CATEGORIES, f"{name}: {each.category} is none of {', '.join(CATEGORIES)}"
        named = each.named | set(words(each.withheld)) | set(words(each.since))
        for column, target in each.leads:
            assert target_of(model.local_table, column, target)  # type: ignore[arg-type]
        assert named <= known, f"{name} has no column {' '.join(sorted(named - known))}"
        other = [column for column in words(each.ids) if column not in columns]
        assert other == [], f"{name}: ids= names {' '.join(other)}, which is no text: PostgreSQL finds nothing in it"


def test_every_table_has_a_model() -> None:
    assert {model.local_table.name for model in models()} == set(METADATA.tables)


def test_what_is_declared_apart_exists() -> None:
    assert set(DECLARED) <= {model.class_ for model in models()}


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=CATEGORIES.keys())
def test_a_category_is_in_both_languages(category: object) -> None:
    for name in ("fr", "en", "purpose_fr", "purpose_en", "basis"):
        assert getattr(category, name)


def test_what_has_a_beginning_has_an_end() -> None:
    """A table that says from when its time counts has a rule that says how long."""
    for model in models():
        said = declaration_of(model.class_)
        for each in () if said is None or isinstance(said, Impersonal) else said:
            if each.since:
                name = model.class_.__name__
                assert RETENTION.first_row(each.category), f"{name}: retention_rule needs a row {each.category}"
