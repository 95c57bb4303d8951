"""What is promised to people about their data (`features/privacy.feature`), and the months of the law."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_bdd import scenarios

from workflows.association.privacy import files

scenarios("privacy.feature")


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), -6, date(2026, 6, 30)),
    ],
)
def test_a_month_is_a_calendar_month(received: date, months: int, due: date) -> None:
    assert files.months_after(received, months) == due
