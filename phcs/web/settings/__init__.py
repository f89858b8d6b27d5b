"""What admins decide: the organisation's settings, how it matches, its people, its keys, its schedules and webhooks."""

from phcs.web.settings.api_keys import bp as api_keys
from phcs.web.settings.matching import bp as matching
from phcs.web.settings.organisation import bp
from phcs.web.settings.people import bp as people
from phcs.web.settings.schedules import bp as schedules
from phcs.web.settings.webhooks import bp as webhooks

bp.register_blueprint(matching)
bp.register_blueprint(people)
bp.register_blueprint(api_keys)
bp.register_blueprint(schedules)
bp.register_blueprint(webhooks)

__all__ = ["bp"]
