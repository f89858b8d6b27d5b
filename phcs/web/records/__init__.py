"""Owners, pets and cases: what came over, and where each value came from."""

from flask import Blueprint

from phcs.web.records import (
    cases,
    documents,
    duplicate_words,
    duplicates,
    editing,
    history,
    kept_answers,
    merges,
    owners,
    pets,
    wording,
)

bp = Blueprint("records", __name__)
bp.register_blueprint(owners.bp)
bp.register_blueprint(duplicates.bp)
bp.register_blueprint(merges.bp)
bp.register_blueprint(pets.bp)
bp.register_blueprint(cases.bp)
bp.register_blueprint(documents.bp)
bp.register_blueprint(history.bp)
bp.register_blueprint(editing.bp)
bp.register_blueprint(kept_answers.bp)
wording.register(bp)
duplicate_words.register(bp)

__all__ = ["bp"]
