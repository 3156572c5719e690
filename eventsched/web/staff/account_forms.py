"""The fields of accounts, wherever they stand: to sign in, to begin, to be invited."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectChoice, SelectField, StringField

from eventsched.domain.staff import Role
from eventsched.services.staff import BadAccount

_ROLES = [
    SelectChoice(Role.EDITOR.value, "Editor: enters and proposes"),
    SelectChoice(Role.APPROVER.value, "Approver: also decides what is public"),
    SelectChoice(Role.ADMIN.value, "Admin: also the team and the rules"),
]


class AccountForm(FlaskForm):  # type: ignore[misc]
    """What is typed of an account. A password never comes back into its field."""

    name = StringField("Name")
    email = EmailField("Email")
    password = PasswordField("Password")
    role = SelectField("Role", choices=_ROLES, validate_choice=False)


def wrong_form(wrong: BadAccount) -> tuple[AccountForm, list[tuple[str, str]]]:
    """Return the form as it was sent, the problem beside its field, and the problem with its id."""
    form = AccountForm()
    if wrong.field:
        form[wrong.field].errors = [str(wrong)]
    return form, [(wrong.field, str(wrong))]
