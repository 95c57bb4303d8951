"""`features/dated_parameters.feature` and `features/decision_tables.feature`."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("dated_parameters.feature", "decision_tables.feature")
