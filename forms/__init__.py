"""What is asked of a person, and how the answer becomes data: form-js definitions, bound and drawn with WTForms."""

from __future__ import annotations

from forms.bind import BoundForm, bind
from forms.definition import Component, ExpressionSite, FieldSpec, FormDefinition
from forms.errors import Finding, FormRefused, FormsError
from forms.files import Scan, StoredFile, UploadedFile
from forms.layout import Node
from forms.rendering import render, render_fields, render_summary, template_loader
from forms.schema import read_form
from forms.surroundings import Evaluate, Options

__all__ = [
    "BoundForm",
    "Component",
    "Evaluate",
    "ExpressionSite",
    "FieldSpec",
    "Finding",
    "FormDefinition",
    "FormRefused",
    "FormsError",
    "Node",
    "Options",
    "Scan",
    "StoredFile",
    "UploadedFile",
    "bind",
    "read_form",
    "render",
    "render_fields",
    "render_summary",
    "template_loader",
]
