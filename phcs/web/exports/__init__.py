"""Files of records: asked for from their lists, fetched when a worker has written them."""

from phcs.web.exports.views import bp

__all__ = ["bp"]
