"""Pages lead only to pages that there are."""

import re
from pathlib import Path

from flask import Flask

ENDPOINT = re.compile(r"""url_for\(\s*["']([\w.]+)["']\s*[,)]""")


def test_every_address_that_a_template_or_view_builds_is_one_of_the_products(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    root = Path(app.root_path)
    files = [*(root / "templates").rglob("*.html"), *(root / "web").rglob("*.py")]

    built = {(name, path.name) for path in files for name in ENDPOINT.findall(path.read_text())}

    assert len(built) > 100
    assert sorted(one for one in built if one[0] not in known) == []
