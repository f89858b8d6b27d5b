"""The whole application on one machine with nothing to install: `python -m phcs` (docs/adr/0003)."""
