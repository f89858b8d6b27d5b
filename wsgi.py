"""The web application for a WSGI server: `waitress-serve wsgi:app`, `flask --app wsgi …`."""

from phcs import create_app

app = create_app()
