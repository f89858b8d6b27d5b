"""The worker's application: `celery -A celery_worker worker`."""

from phcs import create_app
from phcs.tasks.yielding import let_people_go_first

_flask = create_app()
let_people_go_first(_flask.config["PHCS"].worker_nice)
celery = _flask.extensions["celery"]
