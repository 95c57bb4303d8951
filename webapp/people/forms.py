"""The forms of sign-in. Field widgets are GOV.UK's; errors say what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import BooleanField, EmailField, PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, Email, Length, Regexp

from webapp.accounts.passwords import LONGEST

ADDRESS = _("Write your e-mail address, like name@example.org")
PASSWORD = _("Write your password")


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Who asks for a code."""

    email = EmailField(
        _("E-mail address"),
        filters=[lambda text: text.strip() if text else text],
        validators=[DataRequired(ADDRESS), Length(max=254, message=ADDRESS), Email(ADDRESS)],
        widget=GovTextInput(),
    )
    send = SubmitField(_("Send me a code"), widget=GovSubmitInput())


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code that came by mail; blanks in it are forgiven."""

    code = StringField(
        _("Six-digit code"),
        filters=[lambda text: "".join(text.split()) if text else text],
        validators=[
            DataRequired(_("Write the code of the mail")),
            Regexp(r"^[0-9]{6}$", message=_("The code has six digits")),
        ],
        widget=GovTextInput(),
    )
    remember = BooleanField(_("Remember this device for 90 days"), widget=GovCheckboxInput())
    send = SubmitField(_("Sign in"), widget=GovSubmitInput())


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """Sign-in of staff."""

    email = EmailField(
        _("E-mail address"),
        filters=[lambda text: text.strip() if text else text],
        validators=[DataRequired(ADDRESS), Length(max=254, message=ADDRESS)],
        widget=GovTextInput(),
    )
    password = PasswordField(
        _("Password"),
        validators=[DataRequired(PASSWORD), Length(max=LONGEST, message=_("This password is too long"))],
        widget=GovPasswordInput(),
    )
    send = SubmitField(_("Sign in"), widget=GovSubmitInput())


class FirstPasswordForm(FlaskForm):  # type: ignore[misc]
    """A first password, shortly after a sign-in by a code."""

    chosen = PasswordField(
        _("New password"),
        description=_("At least 12 characters. Three or four words that do not belong together make a good one."),
        validators=[
            DataRequired(_("Write a new password")),
            Length(min=12, max=LONGEST, message=_("Choose a longer password: at least 12 characters")),
        ],
        widget=GovPasswordInput(),
    )
    send = SubmitField(_("Change the password"), widget=GovSubmitInput())


class NewPasswordForm(FirstPasswordForm):
    """A change of password, which needs the present one."""

    present = PasswordField(_("Present password"), validators=[DataRequired(PASSWORD)], widget=GovPasswordInput())
