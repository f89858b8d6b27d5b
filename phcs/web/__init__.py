"""The pages: one package for each page family, and the frame around them."""

from flask import Flask

from phcs.web import (
    access,
    account,
    addresses,
    assets,
    audit,
    errors,
    exports,
    home,
    imports,
    mapping_templates,
    moments,
    notices,
    quality,
    records,
    row_addresses,
    security,
    settings,
    signed_in,
)

FAMILIES = (
    account.bp,
    settings.bp,
    home.bp,
    notices.bp,
    imports.bp,
    mapping_templates.bp,
    records.bp,
    exports.bp,
    quality.bp,
    audit.bp,
)


def register(app: Flask) -> None:
    """Add the pages to the application, and the checks that every request passes in this order."""
    security.register(app)
    signed_in.register(app)
    access.register(app)
    errors.register(app)
    assets.register(app)
    addresses.register(app)
    row_addresses.register(app)
    moments.register(app)
    notices.register(app)
    for family in FAMILIES:
        app.register_blueprint(family)
