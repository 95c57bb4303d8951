"""The pages of events: what is on, asking, changing, welcoming, the office's calendar."""

from __future__ import annotations

from typing import Final

from webapp.events import asks, changes, door, figures, importing, office, papers, routes, several, visits, welcome

BLUEPRINTS: Final = (
    routes.blueprint, asks.blueprint, changes.blueprint, welcome.blueprint, office.blueprint, several.blueprint,
    visits.blueprint, door.blueprint, figures.blueprint,
    importing.blueprint, papers.blueprint,
)  # fmt: skip
