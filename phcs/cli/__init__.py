"""Commands for operators: the same use cases as the pages and the REST interface."""

from flask import Flask

from phcs.cli import (
    administration,
    audit,
    corrections,
    deciding,
    demo,
    duplicates,
    exports,
    imports,
    matches,
    matching,
    purging,
    repairing,
)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    administration.register_commands(app)
    purging.register_command(imports.group)
    imports.group.add_command(matches.write_matches)
    imports.group.add_command(deciding.decide)
    corrections.register(imports.group)
    imports.group.add_command(repairing.repair)
    imports.group.add_command(repairing.recipes)
    app.cli.add_command(imports.group)
    app.cli.add_command(matching.group)
    app.cli.add_command(duplicates.group)
    app.cli.add_command(audit.group)
    app.cli.add_command(demo.group)
    app.cli.add_command(exports.group)
