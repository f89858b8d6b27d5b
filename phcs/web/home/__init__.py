"""Pages of this family."""

from flask import Blueprint, render_template_string

from phcs.core.permissions import Permission
from phcs.web.access import requires

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def index() -> str:
    """Show the heading."""
    return render_template_string(
        "{% extends 'base.html' %}{% block title %}home{% endblock %}{% block content %}{{ page.header('home') }}{% endblock %}"
    )
