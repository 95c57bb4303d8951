"""What FEEL refuses outright: text that is no expression, and values that cannot be stored."""

from engine.errors import AmicaleError


class FeelError(AmicaleError):
    """The expression cannot be used."""

    code = "feel"


class FeelSyntaxError(FeelError):
    """In “{expression}”, line {line}, column {column}: found {found}, expected {expected}.

    `params`: expression, position (characters from 0), line and column (from 1), found, expected.
    """

    code = "feel_syntax"


class ValueNotStorable(FeelError):
    """A {kind} cannot be stored in a variable{reason}."""

    code = "value_not_storable"


class StoredValueUnknown(FeelError):
    """The stored value {found} is not in the form this version reads."""

    code = "stored_value_unknown"


class NotFeelValue(FeelError):
    """A {kind} is not a value of the expression language."""

    code = "not_feel_value"
