"""The pages of imports: upload, history, and the steps of one import, each with its own address."""

from flask import Blueprint

from phcs.web.imports import (
    approval,
    check,
    duplicates,
    file,
    history,
    mapping,
    overview,
    preview,
    result,
    steps,
    upload,
    words,
)

bp = Blueprint("imports", __name__, url_prefix="/imports")
for family in (upload, history, overview, file, mapping, check, duplicates, preview, approval, result):
    bp.register_blueprint(family.bp)
words.register(bp)
steps.register(bp)

__all__ = ["bp"]
