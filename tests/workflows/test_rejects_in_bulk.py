"""A bank file with very many rejects, among members whose reminders are on their way (domain annex G, X4)."""

from __future__ import annotations
