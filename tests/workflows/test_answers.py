"""`features/answers_to_mails.feature`."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("answers_to_mails.feature")
