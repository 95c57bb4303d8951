"""`features/office.feature`."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("office.feature")
