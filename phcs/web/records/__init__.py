"""Owners, pets and cases: what came over, and where each value came from."""

from flask import Blueprint

from phcs.web.records import cases, editing, owners, pets, wording

bp = Blueprint("records", __name__)
bp.register_blueprint(owners.bp)
bp.register_blueprint(pets.bp)
bp.register_blueprint(cases.bp)
bp.register_blueprint(editing.bp)
wording.register(bp)

__all__ = ["bp"]
