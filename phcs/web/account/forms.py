"""What a person enters about themselves."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from phcs.services.passwords import LONGEST, SHORTEST


class SignInForm(FlaskForm):
    """Who it is, and where they wanted to go."""

    email = EmailField(
        "E-mail address", validators=[InputRequired("Enter your e-mail address."), Length(max=254)]
    )
    password = PasswordField("Password", validators=[InputRequired("Enter your password.")])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """A new password of one's own."""

    current = PasswordField("Present password", validators=[InputRequired("Enter your present password.")])
    new = PasswordField(
        "New password",
        description=f"At least {SHORTEST} characters. A short sentence is good and easy to remember.",
        validators=[
            InputRequired("Enter a new password."),
            Length(min=SHORTEST, max=LONGEST, message=f"Use at least {SHORTEST} characters."),
        ],
    )
    again = PasswordField(
        "New password, once more",
        validators=[EqualTo("new", message="The two new passwords are not the same.")],
    )
