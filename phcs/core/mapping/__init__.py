"""Finding our fields among a table's columns and values."""
