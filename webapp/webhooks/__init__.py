"""Webhooks: what other machines tell us, signed."""
