"""The days on which banks move euros: Monday to Friday but for the closing days of TARGET (`holidays`, ECB)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import holidays

from engine.workdays import WorkCalendar

BANK_DAYS: Final = WorkCalendar(closed=holidays.financial_holidays("ECB"))
PRESENTED_BEFORE: Final = 2  # bank days between handing in a file and its first possible due date, with one in hand
RETURNS_WITHIN: Final = timedelta(weeks=8)  # a debtor may ask for the money back without a reason (PSD2, art. 77)
