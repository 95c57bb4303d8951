"""What DMN refuses when a decision file is read."""

from engine.errors import AmicaleError


class DmnRefused(AmicaleError):
    """“{element}” in {name}: {reason}

    `params`: name (of the file), element (its name or id), reason, and for expressions those of FeelSyntaxError.
    """

    code = "dmn_refused"
