"""The seam over SpiffWorkflow: the only package that imports it.

diagram = read_diagram(xml, name="membership_application")      # refused with element, reason and mend, or
case = Case.start(diagram.processes[0], variables={}, host=host)   # run as drawn
facts = case.take_facts()                                       # what the store has to know
text = case.dump()                                              # the live part, without the diagram
"""

from engine.bpmn.case import Case, Choice, TokenView, Way
from engine.bpmn.errors import DiagramRefused, StateUnreadable, TokenGone, VariableRefused
from engine.bpmn.model import Element, Event, Flow, Form
from engine.bpmn.process import Diagram, ProcessSpec, StartEvent, Used
from engine.bpmn.reader import read_diagram, read_stored
from engine.findings import Finding

__all__ = [
    "Case",
    "Choice",
    "Diagram",
    "DiagramRefused",
    "Element",
    "Event",
    "Finding",
    "Flow",
    "Form",
    "ProcessSpec",
    "StartEvent",
    "StateUnreadable",
    "TokenGone",
    "TokenView",
    "Used",
    "VariableRefused",
    "Way",
    "read_diagram",
    "read_stored",
]
