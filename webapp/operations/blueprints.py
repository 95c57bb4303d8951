"""The pages of operations, for the app."""

from __future__ import annotations

from typing import Final

from webapp.operations import (
    causes,
    collective,
    corrections,
    effects,
    incidents,
    interventions,
    moves,
    outgoing,
    promises,
    routes,
    telling,
    timers,
)

OPERATIONS: Final = tuple(
    each.blueprint
    for each in (
        routes,
        outgoing,
        telling,
        effects,
        causes,
        incidents,
        timers,
        promises,
        interventions,
        corrections,
        moves,
        collective,
    )
)
