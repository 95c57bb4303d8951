"""The blueprints of the studio."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from webapp.studio import (
    case_routes,
    draft_routes,
    editor_routes,
    form_routes,
    merging_routes,
    migration_routes,
    review_routes,
    routes,
    running_routes,
    scenario_routes,
    together_routes,
    try_routes,
)

__all__ = ["STUDIO"]

STUDIO: Final[tuple[Blueprint, ...]] = (
    routes.blueprint,
    migration_routes.blueprint,
    running_routes.blueprint,
    draft_routes.blueprint,
    editor_routes.blueprint,
    case_routes.blueprint,
    form_routes.blueprint,
    scenario_routes.blueprint,
    try_routes.blueprint,
    together_routes.blueprint,
    merging_routes.blueprint,
    review_routes.blueprint,
)
