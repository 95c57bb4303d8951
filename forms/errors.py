"""The errors of this package, of the same shape as the engine's: the class docstring is the English message."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

Severity = Literal["error", "warning"]


class FormsError(Exception):
    """Something is wrong with a form."""

    code: ClassVar[str] = "forms_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} needs a docstring: it is the message")

    def __init__(self, **params: object) -> None:
        self.params: Mapping[str, object] = params
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The first paragraph of the class docstring, filled with the parameters."""
        template = inspect.cleandoc(type(self).__doc__ or "").split("\n\n")[0].replace("\n", " ")
        return template.format_map(_Visible(self.params))


class _Visible(dict[str, object]):
    """Leaves a placeholder readable where a parameter was not given, so that a message never fails to print."""

    def __missing__(self, key: str) -> str:
        return f"({key})"


class Finding(FormsError):
    """Component “{component}”: something is not right.

    What a check of a definition answers: collected, not raised; `component` is the id in the form.
    """

    code = "form_finding"
    severity: ClassVar[Severity] = "error"

    @property
    def component(self) -> str:
        return str(self.params.get("component", ""))


class FormRefused(FormsError):
    """The form “{name}” cannot be used: {details}"""

    code = "form_refused"

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        details = " ".join(f"({n}) {each.message}" for n, each in enumerate(findings, 1))
        super().__init__(name=name, details=details)


class UnsafeEnvironment(FormsError):
    """The template environment does not escape “{template}”: turn autoescape on."""

    code = "forms_unsafe_environment"


class UnknownOptionList(FormsError):
    """Component “{component}” asks for the option list “{options}”, which was not given — given: {known}."""

    code = "forms_unknown_option_list"


class NotAForm(Finding):
    """The source is not a form: {reason}. Save it again with a form-js editor (Camunda Modeler)."""

    code = "form_not_a_form"


class NotJson(Finding):
    """The source is not JSON: reading stopped in line {line}, at character {column}. Save it again with a form-js
    editor (Camunda Modeler)."""

    code = "form_not_json"


class TooLarge(Finding):
    """The form is too large: {what} is {found}, the limit is {limit}. Split it into several tasks."""

    code = "form_too_large"


class MissingId(Finding):
    """A component of type “{type}” has an id that is no text. Give it one that is unique in the form."""

    code = "form_missing_id"


class DuplicateId(Finding):
    """Two components have the id “{component}”. Give each its own: texts are translated by id."""

    code = "form_duplicate_id"


class UnknownType(Finding):
    """Component “{component}” has the unknown type “{type}”. Use one of: {known}."""

    code = "form_unknown_type"


class RefusedType(Finding):
    """Component “{component}” is of type “{type}”, which is not allowed here: {reason}. Use a text component
    instead."""

    code = "form_refused_type"


class UnknownProperty(Finding):
    """Component “{component}” ({type}) has the property “{property}”, which is not supported. Remove it, or use one
    of: {known}."""

    code = "form_unknown_property"


class UnknownSetting(Finding):
    """Component “{component}” has the custom property “{property}”, which is unknown in its family. Known: {known}."""

    code = "form_unknown_setting"
    severity = "warning"


class WrongValue(Finding):
    """Component “{component}”: the property “{property}” is {found}; it must be {expected}."""

    code = "form_wrong_value"


class MissingKey(Finding):
    """Component “{component}” ({type}) has no key. Give it the name under which its answer is kept."""

    code = "form_missing_key"


class WrongKey(Finding):
    """Component “{component}” has the key “{key}”. A key is made of names of letters, digits and _, joined by dots; a
    name begins with a letter and is no reserved word ({reserved})."""

    code = "form_wrong_key"


class DuplicateKey(Finding):
    """Component “{component}” and component “{other}” both use the key “{key}”. Give one of them another key."""

    code = "form_duplicate_key"


class KeyInside(Finding):
    """The key “{key}” of component “{component}” lies inside the key “{outer}” of component “{other}”: one is a value,
    the other would make it a context. Rename one of them."""

    code = "form_key_inside"


class MissingLabel(Finding):
    """Component “{component}” ({type}) has no label. Every question needs one, also for screen readers."""

    code = "form_missing_label"


class MissingOptions(Finding):
    """Component “{component}” offers no answers. Give values, a valuesExpression, a valuesKey, or the custom property
    “options” with the name of a list."""

    code = "form_missing_options"


class DuplicateOption(Finding):
    """Component “{component}” offers the value “{value}” twice. Remove one."""

    code = "form_duplicate_option"


class BadPattern(Finding):
    """Component “{component}” has the pattern “{pattern}”, which cannot be used: {reason}. Patterns follow RE2: no
    look-around, no back-references, bounded repetition."""

    code = "form_bad_pattern"


class NotAnExpression(Finding):
    """Component “{component}”: the property “{property}” must be a FEEL expression, beginning with “=”."""

    code = "form_not_an_expression"


class TemplateBlock(Finding):
    """Component “{component}”: the text of “{property}” uses the block “{block}”. Only {{{{expression}}}} is supported
    in texts; write the whole text as one expression beginning with “=” instead."""

    code = "form_template_block"


class ConditionCycle(Finding):
    """Component “{component}”: the conditions or expressions of {cycle} depend on each other in a circle. Let one of
    them depend on other answers."""

    code = "form_condition_cycle"


class RecordInList(Finding):
    """Component “{component}” is bound to the record “{record}” inside the list “{list}”. Put the property “record” on
    the list itself: it is kept as a whole."""

    code = "form_record_in_list"


class DuplicateRecord(Finding):
    """Component “{component}” and component “{other}” are both bound to the record “{record}”. Keep one."""

    code = "form_duplicate_record"


class WrongRecord(Finding):
    """Component “{component}” is bound to the record “{record}”. Write it as noun.attribute, such as
    person.birth_name."""

    code = "form_wrong_record"


class RecordLeak(Finding):
    """Component “{component}” computes a variable from “{key}”, which is bound to a record (or is transient) and must
    not enter the case. Bind the result to a record too, or compute it in a service task."""

    code = "form_record_leak"


class NestedList(Finding):
    """Component “{component}” is a list inside the list “{list}”. Ask for the inner list in a task of its own."""

    code = "form_nested_list"


class EmptyList(Finding):
    """Component “{component}” is a list whose rows are empty. Put a question into it, or take it out."""

    code = "form_empty_list"


class FileInList(Finding):
    """Component “{component}” asks for a file inside the list “{list}”. Use a filepicker beside the list that takes
    several files."""

    code = "form_file_in_list"


class UncheckableFile(Finding):
    """Component “{component}” accepts “{accept}”, whose content cannot be verified. Accept only: {known}."""

    code = "form_uncheckable_file"


class MissingTranslation(Finding):
    """Component “{component}”: the text “{text}” ({property}) has no translation into “{language}”. Add it to the
    translations beside the form."""

    code = "form_missing_translation"


class StaleTranslation(Finding):
    """The translations name “{property}” of component “{component}”, which is not in the form. Remove it or mend the
    id."""

    code = "form_stale_translation"


class NotTranslated(Finding):
    """The form has no translations: it is shown in {language} only."""

    code = "form_not_translated"
    severity = "warning"
