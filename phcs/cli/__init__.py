"""Commands for operators: the same use cases as the pages and the REST interface."""

from flask import Flask

from phcs.cli import (
    administration,
    audit,
    coming_again,
    corrections,
    deciding,
    demo,
    duplicates,
    exports,
    imports,
    matches,
    matching,
    orphans,
    purging,
    rehearsing,
    repairing,
    verification,
)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    administration.register_commands(app)
    purging.register_command(imports.group)
    imports.group.add_command(matches.write_matches)
    imports.group.add_command(deciding.decide)
    imports.group.add_command(orphans.orphans)
    imports.group.add_command(coming_again.coming_again)
    corrections.register(imports.group)
    imports.group.add_command(rehearsing.rehearse)
    imports.group.add_command(repairing.repair)
    imports.group.add_command(repairing.recipes)
    verification.register(imports.group)
    app.cli.add_command(imports.group)
    app.cli.add_command(matching.group)
    app.cli.add_command(duplicates.group)
    app.cli.add_command(audit.group)
    app.cli.add_command(demo.group)
    app.cli.add_command(exports.group)
