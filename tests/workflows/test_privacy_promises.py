"""What is promised to people about their data (`features/privacy.feature`)."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("privacy.feature")
