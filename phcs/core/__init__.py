"""Rules without a server: no Flask, SQLAlchemy or Celery, no clock, no network, no database."""
