"""The mappings of an import in a file (see `ImportMappingDocument`)."""

from pathlib import Path

from phcs.core.mapping.answers import ImportMappingDocument


def read_mapping_file(path: Path | None) -> ImportMappingDocument | None:
    """The mapping in a file, None without a file. Raises InvalidInputError when it is not one."""
    return ImportMappingDocument.from_bytes(path.read_bytes(), called=path.name) if path else None
