"""A bank file with very many rejects, among members whose reminders are on their way (domain annex G, X4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.models import ProcessDefinition, ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.bank import status
from tests.fixtures.office import Office
from tests.steps.bank import read
from tests.steps.renewals import add_member, publishes_a_table, the_day_is_over
