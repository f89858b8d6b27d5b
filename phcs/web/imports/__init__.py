from flask import Blueprint, render_template_string
from phcs.core.permissions import Permission
from phcs.web.access import requires

bp = Blueprint("imports", __name__)


@bp.get("/imports")
@requires(Permission.MANAGE_OWN_ACCOUNT)
def index() -> str:
    return render_template_string(
        "{% extends 'base.html' %}{% block title %}imports{% endblock %}{% block content %}{{ page.header('imports') }}{% endblock %}"
    )
