"""The pages of imports: upload, history, and the steps of one import, each with its own address."""

from flask import Blueprint

from phcs.web.imports import (
    approval,
    check,
    corrections,
    duplicate_lists,
    duplicates,
    file,
    history,
    mapping,
    match_rules,
    overview,
    preview,
    recipes,
    repairs,
    result,
    retention,
    reversal_words,
    samples,
    steps,
    undo,
    upload,
    values,
    words,
)

bp = Blueprint("imports", __name__, url_prefix="/imports")
for family in (
    upload,
    samples,
    history,
    overview,
    file,
    mapping,
    values,
    check,
    repairs,
    recipes,
    corrections,
    duplicates,
    duplicate_lists,
    match_rules,
    preview,
    approval,
    result,
    undo,
):
    bp.register_blueprint(family.bp)
words.register(bp)
steps.register(bp)
retention.register(bp)
reversal_words.register(bp)

__all__ = ["bp"]
