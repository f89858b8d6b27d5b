"""The pages of imports: upload, history, and the steps of one import, each with its own address."""

from flask import Blueprint

from phcs.web.imports import (
    approval,
    check,
    coming_again,
    corrections,
    duplicate_lists,
    duplicates,
    file,
    history,
    mapping,
    match_rules,
    orphans,
    overview,
    preview,
    recipes,
    rehearsal,
    repairs,
    result,
    retention,
    reversal_words,
    samples,
    steps,
    tables,
    undo,
    upload,
    values,
    verification,
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
    tables,
    values,
    check,
    repairs,
    recipes,
    corrections,
    duplicates,
    duplicate_lists,
    match_rules,
    orphans,
    coming_again,
    preview,
    approval,
    rehearsal,
    result,
    verification,
    undo,
):
    bp.register_blueprint(family.bp)
words.register(bp)
steps.register(bp)
retention.register(bp)
reversal_words.register(bp)

__all__ = ["bp"]
