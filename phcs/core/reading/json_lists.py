"""Lists inside one JSON object, `{"owners": […], "pets": […]}`, as exports of whole systems wrap their tables.

An object with facts of its own beside a list is a record that has a list, not a wrapper: only what wrappers say of
themselves (when, by whom, how many) may stand beside the lists. In doubt it is a record, so that no fact is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from phcs.core.reading.cells import mended
from phcs.core.reading.json_entries import array_entries, member_names, members
from phcs.core.reading.json_text import BrokenJsonError, JsonText, RefusedValueError
from phcs.core.values.texts import fold_heading

PATH_SEPARATOR = "."
_TOLD = 5
_ABOUT_THE_FILE = frozenset(
    (
        "account accountid accountname app application clinic clinicname code company companyname count createdat "
        "createdby currency currentpage cursor database date encoding endat environment error errors export "
        "exportdate exported exportedat exportedby exportid exporttime exportversion first format from generated "
        "generatedat generatedby generator hasmore hasnext hasnextpage haspreviouspage kind language last lastpage "
        "limit locale location locationid locationname message meta metadata more msg next nextcursor nextpage "
        "nexttoken offset ok organisation organisationid organisationname organization organizationid "
        "organizationname page pages pagesize pagetoken perpage practice practicename prev previous previouspage "
        "requestid schema schemaversion self shelter shelterid sheltername size skip source startat status "
        "statuscode success system tenant timestamp timezone to total totalcount totalpages totalrecords "
        "totalresults totalrows type until url version"
    ).split()
)
"""What a wrapper says of itself, without case, blanks and underscores; none of it is a fact of a record."""


@dataclass(frozen=True, slots=True)
class JsonList:
    """A list of objects by its path, and how many objects it holds."""

    path: str
    entries: int


@dataclass(frozen=True, slots=True)
class WrappedLists:
    """The lists of a wrapper in the file's order, and what stands beside them and belongs to no row."""

    lists: tuple[JsonList, ...]
    beside: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What people have to know of what was passed over."""
        if not self.beside:
            return ()
        told = ", ".join(f"“{name[:60]}”" for name in self.beside[:_TOLD])
        more = f" and {len(self.beside) - _TOLD} more" if len(self.beside) > _TOLD else ""
        return (f"What stands beside the lists is about the file and not imported: {told}{more}.",)


def wrapped_lists(source: JsonText) -> WrappedLists | None:
    """Return the lists of the one object that the text is, None where it is a record, or no sound JSON.

    The text is read once; one entry is held at a time. API pages and envelopes (`json_entries`) are not meant.
    """
    found = _Survey()
    try:
        if source.peek() != "{":
            return None
        found.look_into(source, "")
        if source.peek():
            return None
    except (BrokenJsonError, RefusedValueError):
        return None
    paths = [one.path for one in found.lists]
    if not any(one.entries for one in found.lists) or len(set(paths)) < len(paths):
        return None
    return WrappedLists(tuple(found.lists), tuple(found.beside)) if found.is_wrapper else None


def list_entries(source: JsonText, path: str) -> Iterator[Any]:
    """Return the entries of the list at a path, one at a time; the rest of the text is checked as well."""
    yield from _below(source, path, "")


class _Survey:
    """What a wrapper holds, as far as it was looked into."""

    def __init__(self) -> None:
        self.lists: list[JsonList] = []
        self.beside: list[str] = []
        self.is_wrapper = True

    def look_into(self, source: JsonText, prefix: str) -> None:
        """Take in an object, member by member."""
        for name in member_names(source):
            path = prefix + mended(name)
            if source.peek() == "{":
                self.look_into(source, path + PATH_SEPARATOR)
            elif source.peek() == "[":
                self._take_list(source, path, name)
            else:
                self._take_value(path, name, source.decode())

    def _take_list(self, source: JsonText, path: str, name: str) -> None:
        objects = others = 0
        for entry in array_entries(source):
            if isinstance(entry, dict):
                objects += 1
            else:
                others += 1
        if others:
            self.is_wrapper = self.is_wrapper and not objects and _is_about_the_file(name)
            self.beside.append(path)
        elif path == "results":
            self.is_wrapper = False  # an API's page, which is read as such
        else:
            self.lists.append(JsonList(path, objects))

    def _take_value(self, path: str, name: str, value: Any) -> None:
        if value is not None and value != "":
            self.is_wrapper = self.is_wrapper and _is_about_the_file(name)
            self.beside.append(path)


def _is_about_the_file(name: str) -> bool:
    return fold_heading(name) in _ABOUT_THE_FILE


def _below(source: JsonText, path: str, prefix: str) -> Iterator[Any]:
    for name in member_names(source):
        here = prefix + mended(name)
        start = source.peek()
        if start == "[" and here == path:
            yield from array_entries(source)
        elif start == "{" and path.startswith(here + PATH_SEPARATOR):
            yield from _below(source, path, here + PATH_SEPARATOR)
        else:
            _pass_over(source)


def _pass_over(source: JsonText) -> None:
    """Read a value that nobody wants, no more than one entry of a list at a time."""
    if source.peek() == "[":
        for _ in members(source, opening="[", closing="]"):
            source.decode()
    else:
        source.decode()
