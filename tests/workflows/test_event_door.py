"""Marks of several doors: whatever their order, and however often they are sent, all come to the same list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from workflows.association.events.door import Register

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
MARKS = st.lists(
    st.builds(lambda here, at: (here, NOON + timedelta(seconds=at)), st.booleans(), st.integers(0, 5)), min_size=1
)


def heard(marks: list[tuple[bool, datetime]]) -> Register:
    first, *rest = (Register(*each) for each in marks)
    return reduce(lambda known, each: known.told(each.here, each.at), rest, first)


@given(MARKS, st.randoms())
def test_marks_come_to_the_same_in_any_order_and_sent_twice(marks: list[tuple[bool, datetime]], order: object) -> None:
    shuffled = [*marks, *marks[:2]]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert heard(shuffled) == heard(marks)
    assert heard(marks).at == max(at for _here, at in marks), "the latest mark holds"
