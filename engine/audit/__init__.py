"""Whether the rows of the engine agree with the states of the cases, which are the truth; and their mending.

A case's state says which tokens wait for what. Open tasks, jobs, subscriptions, incidents, counts derive from it, and
what is derived can be mended. What a state does not hold (who may do a task, the headers of a job) is told alone.
"""

from engine.audit.cases import audit_case, audit_cases
from engine.audit.faults import Fault
from engine.audit.starts import audit_starts

__all__ = ["Fault", "audit_case", "audit_cases", "audit_starts"]
