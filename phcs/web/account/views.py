"""Sign in, sign out, and one's own account."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user

from phcs.core.access_marks import public, requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.extensions import current_settings, db, limiter
from phcs.queries.notices import wants_mail
from phcs.queries.people import sessions_of
from phcs.services import people, signing_in
from phcs.services.mailing import PostOffice
from phcs.services.signing_in import SignInRefusedError
from phcs.web.access import current_actor, signed_in
from phcs.web.account.forms import PasswordForm, SignInForm
from phcs.web.security import request_id
from phcs.web.signed_in import load_signed_in, safe_next

bp = Blueprint("account", __name__)


def login_limit() -> str:
    """Give how often somebody may try to sign in."""
    return str(current_app.config["PHCS"].login_limit)


def account_tried() -> str:
    """Give whose password is being tried, so that many addresses together have no more attempts than one."""
    return f"account:{request.form.get('email', '').strip().lower()[:254]}"


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the form; whoever is signed in already goes on."""
    wanted = safe_next(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted)
    return render_template("account/sign_in.html", form=SignInForm(next=wanted))


@bp.post("/sign-in")
@public
@limiter.limit(login_limit, key_func=get_remote_address)
@limiter.limit(login_limit, key_func=account_tried)
def begin_session() -> ResponseReturnValue:
    """Begin a session under a new token; the browser keeps nothing of an earlier one."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("account/sign_in.html", form=form), 422
    now = datetime.now(UTC)
    try:
        token = signing_in.sign_in(
            email=form.email.data, password=form.password.data, now=now, request_id=request_id()
        )
    except SignInRefusedError as problem:
        form.form_errors.append(problem.sentence)
        return render_template("account/sign_in.html", form=form), 422
    session.clear()
    login_user(load_signed_in(token))
    return redirect(safe_next(form.next.data or ""))


@bp.post("/sign-out")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server."""
    signing_in.sign_out(actor=current_actor(), token=signed_in().token, now=datetime.now(UTC))
    logout_user()
    session.clear()
    flash("You are signed out.", category="success")
    return redirect(url_for("account.sign_in"))


@bp.get("/account")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """Show the person's own account."""
    return _account_page(PasswordForm())


@bp.post("/account/password/change")
@requires(Permission.MANAGE_OWN_ACCOUNT)
@limiter.limit(login_limit, key_func=lambda: f"password:{current_user.id}")
def change_password() -> ResponseReturnValue:
    """Change the person's own password and end their other sessions."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            people.change_own_password(
                actor=current_actor(),
                now=datetime.now(UTC),
                current=form.current.data,
                new=form.new.data,
                keep_token=signed_in().token,
            )
        except InvalidInputError as problem:
            form.form_errors.append(problem.sentence)
        else:
            flash("Your password is changed. You are signed out everywhere else.", category="success")
            return redirect(url_for("account.show"))
    return _account_page(form), 422


@bp.post("/account/sessions/end")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def end_other_sessions() -> ResponseReturnValue:
    """End the person's sessions in all other browsers."""
    signing_in.sign_out_elsewhere(actor=current_actor(), token=signed_in().token, now=datetime.now(UTC))
    flash("You are signed out in all other browsers.", category="success")
    return redirect(url_for("account.show"))


@bp.post("/account/mail")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def choose_mail() -> ResponseReturnValue:
    """Choose whether notices come by e-mail too."""
    wants = "wants_mail" in request.form
    people.choose_mail(actor=current_actor(), now=datetime.now(UTC), wants_mail=wants)
    flash("Notices come by e-mail." if wants else "No notices come by e-mail.", category="success")
    return redirect(url_for("account.show"))


def _account_page(form: PasswordForm) -> str:
    person = signed_in()
    sessions = sessions_of(db.session, person_id=person.id, now=datetime.now(UTC))
    here = signing_in.token_hash(person.token)
    return render_template(
        "account/show.html",
        person=person,
        form=form,
        sessions=sessions,
        here=here,
        wants_mail=wants_mail(db.session, person_id=person.id),
        has_mail=PostOffice.of(current_settings()) is not None,
    )
