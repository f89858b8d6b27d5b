"""A mapping in a file: `{"columns": {"Heading": "owner.phone"}, "constants": {"case.services": "medical"}}`."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from phcs.core.errors import InvalidInputError
from phcs.core.reading.tables import TableReading


@dataclass(frozen=True, slots=True)
class MappingFile:
    """Which heading feeds which target ('' for none), and values that every row gets."""

    columns: dict[str, str]
    constants: dict[str, str]

    def targets(self, reading: TableReading) -> dict[int, str]:
        """The targets by column position. Raises InvalidInputError for a heading that the file lacks."""
        positions = {column.heading: column.position for column in reading.columns}
        missing = [heading for heading in self.columns if heading not in positions]
        if missing:
            raise InvalidInputError(f"The file has no column called {', '.join(missing)}.")
        return {positions[heading]: target for heading, target in self.columns.items()}


def read_mapping_file(path: Path | None) -> MappingFile | None:
    """The mapping in a file, None without a file. Raises InvalidInputError when it is not one."""
    if path is None:
        return None
    try:
        data = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as problem:
        raise InvalidInputError(f"{path.name} is not JSON: {problem}.") from problem
    parts = [data.get(name, {}) if isinstance(data, dict) else None for name in ("columns", "constants")]
    if not all(
        isinstance(part, dict) and all(isinstance(text, str) for text in part.values()) for part in parts
    ):
        raise InvalidInputError(f'{path.name} must look like {{"columns": {{"Heading": "owner.phone"}}}}.')
    return MappingFile(columns=dict(parts[0] or {}), constants=dict(parts[1] or {}))
