"""The worker's application: `celery -A celery_worker worker`."""

from phcs import create_app

celery = create_app().extensions["celery"]
