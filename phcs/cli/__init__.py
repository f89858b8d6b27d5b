"""Commands for operators: the same use cases as the pages and the REST interface."""

from flask import Flask

from phcs.cli import administration, audit, demo, imports, matches, purging


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    administration.register_commands(app)
    purging.register_command(imports.group)
    imports.group.add_command(matches.write_matches)
    app.cli.add_command(imports.group)
    app.cli.add_command(audit.group)
    app.cli.add_command(demo.group)
