"""What admins decide: the organisation's settings, its people, its keys."""

from phcs.web.settings.api_keys import bp as api_keys
from phcs.web.settings.organisation import bp
from phcs.web.settings.people import bp as people

bp.register_blueprint(people)
bp.register_blueprint(api_keys)

__all__ = ["bp"]
