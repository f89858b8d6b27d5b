"""A mapping in a file (see `MappingDocument`)."""

from pathlib import Path

from phcs.core.mapping.answers import MappingDocument


def read_mapping_file(path: Path | None) -> MappingDocument | None:
    """The mapping in a file, None without a file. Raises InvalidInputError when it is not one."""
    return MappingDocument.from_bytes(path.read_bytes(), called=path.name) if path else None
