"""One contact card's lines → cells under headings like those of Google Contacts."""

import base64
import binascii
import codecs
import quopri
import re
from dataclasses import replace

from phcs.core.reading.content_lines import ContentLine, PassedOver, split_value, unescaped
from phcs.core.reading.encodings import can_be_split, encoded

_LEFT_OUT = {
    "PHOTO": "photograph(s)",
    "LOGO": "photograph(s)",
    "SOUND": "sound(s)",
    "KEY": "key(s)",
}
_NOT_SHOWN = frozenset({"VERSION", "PRODID", "X-ABLABEL", "LABEL", "AGENT"})
_NAME_PARTS = ("Family Name", "Given Name", "Additional Name", "Name Prefix", "Name Suffix")
_NAME_ORDER = ("Name Prefix", "Given Name", "Additional Name", "Family Name", "Name Suffix")
_ADDRESS_PARTS = ("PO Box", "Extended Address", "Street", "City", "Region", "Postal Code", "Country")
_ADDRESS_ORDER = ("Street", "Extended Address", "PO Box", "City", "Region", "Postal Code", "Country")
_SINGLE = {
    "NICKNAME": "Nickname",
    "TITLE": "Title",
    "ROLE": "Role",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "GENDER": "Gender",
    "NOTE": "Notes",
    "CATEGORIES": "Categories",
    "UID": "UID",
    "REV": "Revised",
    "KIND": "Kind",
    "TZ": "Time Zone",
    "GEO": "Coordinates",
    "LANG": "Language",
}
_NUMBERED = {"TEL": "Phone", "EMAIL": "E-mail", "ADR": "Address", "URL": "Website", "IMPP": "IM"}
_LISTS = frozenset({"NICKNAME", "CATEGORIES"})
_DATES = frozenset({"BDAY", "ANNIVERSARY"})
_IGNORED_TYPES = frozenset({"pref", "internet", "voice", "x-internet", "intl", "postal", "parcel", "dom"})
_KNOWN_CHARSET = re.compile(
    r"ascii|utf-(8|16|16-le|16-be|32)|iso8859-\d+|cp\d+|mac-\w+|koi8-\w+|shift_jis|euc_\w+|gb\w+|big5\w*"
)
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?", re.ASCII)
_NO_YEAR = re.compile(r"^1604-(?=\d\d-\d\d)", re.ASCII)
"""Apple's way to write a day of no year, which vCard 4 writes as `--0612`."""
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)
_SCHEME = re.compile(r"(?:tel|mailto|sms):", re.IGNORECASE)
_JOINT = "; "


def card_cells(lines: list[ContentLine], *, encoding: str, passed: PassedOver) -> dict[str, str]:
    """The card's cells by heading; `encoding` is the file's, in which lines of another charset were read."""
    old = any(line.name == "VERSION" and line.value.strip() == "2.1" for line in lines)
    kept: dict[str, list[ContentLine]] = {}
    labels = {line.group: _label(line.value) for line in lines if line.name == "X-ABLABEL" and line.group}
    for line in lines:
        if line.name in _LEFT_OUT:
            passed.what[_LEFT_OUT[line.name]] += 1
        elif line.name not in _NOT_SHOWN:
            kept.setdefault(line.name, []).append(_with_text(line, encoding))
    card = _Card(labels, is_old=old)
    card.add_names(kept.pop("FN", []), kept.pop("N", []), kept.pop("ORG", []))
    for name, heading in _NUMBERED.items():
        if name in kept:
            card.add_numbered(name, heading, kept.pop(name))
    for name, heading in _SINGLE.items():
        if name in kept:
            card.add_single(name, heading, kept.pop(name))
    for name, others in kept.items():
        card.add_single(name, name, others)
    return card.cells


class _Card:
    """The cells of one card; `is_old` is vCard 2.1, which escapes the semicolon only."""

    def __init__(self, labels: dict[str, str], *, is_old: bool) -> None:
        self.cells: dict[str, str] = {}
        self._labels = labels
        self._is_old = is_old

    def add_names(
        self, full: list[ContentLine], parts: list[ContentLine], organisations: list[ContentLine]
    ) -> None:
        """The name as it is shown, made of its parts or of the organisation where the card has none."""
        named = dict(zip(_NAME_PARTS, self._components(parts[0].value, " "), strict=False)) if parts else {}
        units = (
            [part for part in self._components(organisations[0].value, ", ") if part] if organisations else []
        )
        shown = self._plain(full[0].value) if full else ""
        shown = shown or " ".join(filter(None, (named.get(part, "") for part in _NAME_ORDER)))
        self._put("Name", shown or _JOINT.join(units))
        for part in ("Given Name", "Additional Name", "Family Name", "Name Prefix", "Name Suffix"):
            self._put(part, named.get(part, ""))
        self._put("Organization", units[0] if units else "")
        self._put("Department", _JOINT.join(units[1:]))

    def add_numbered(self, name: str, heading: str, lines: list[ContentLine]) -> None:
        """`Phone` and `Phone Type`, `Phone 2` and `Phone 2 Type`, …; each value once, the preferred one first."""
        values: dict[str, ContentLine] = {}
        for line in sorted(lines, key=lambda each: not _is_preferred(each)):
            shown = (
                self._address(line) if name == "ADR" else _SCHEME.sub("", self._plain(line.value), count=1)
            )
            if shown:
                values.setdefault(shown, line)
        for number, (shown, line) in enumerate(values.items(), 1):
            numbered = heading if number == 1 else f"{heading} {number}"
            self._put(numbered, shown)
            self._put(f"{numbered} Type", self._labels.get(line.group, "") or _types(line))
            if name == "ADR":
                self._add_address_parts(line, "" if number == 1 else f"{heading} {number} ")

    def add_single(self, name: str, heading: str, lines: list[ContentLine]) -> None:
        """One cell, whatever the number of lines."""
        texts: list[str] = []
        for line in lines:
            if name in _LISTS:
                texts += [self._plain(each) for each in split_value(line.value, ",")]
            elif name in _DATES:
                dated = _DATE.sub(r"\1-\2-\3", self._plain(line.value), count=1)
                texts.append(_NO_YEAR.sub("--", dated, count=1))
            else:
                texts.append(self._plain(line.value))
        self._put(heading, _JOINT.join(dict.fromkeys(filter(None, texts))))

    def _address(self, line: ContentLine) -> str:
        """On one line: the label where the card has one, else its parts."""
        label = " ".join(line.parameter("LABEL").replace("\\n", ", ").split())
        parts = dict(zip(_ADDRESS_PARTS, self._components(line.value, " "), strict=False))
        return label or ", ".join(filter(None, (parts.get(part, "") for part in _ADDRESS_ORDER)))

    def _add_address_parts(self, line: ContentLine, prefix: str) -> None:
        for part, text in zip(_ADDRESS_PARTS, self._components(line.value, " "), strict=False):
            self._put(f"{prefix}{part}", text)

    def _components(self, value: str, joint: str) -> list[str]:
        return [
            joint.join(filter(None, (self._plain(each) for each in split_value(part, ","))))
            if not self._is_old
            else self._plain(part)
            for part in split_value(value, ";")
        ]

    def _plain(self, text: str) -> str:
        plain = text.replace("\\;", ";") if self._is_old else unescaped(text)
        return plain.replace("\r\n", "\n").strip()

    def _put(self, heading: str, text: str) -> None:
        if text:
            self.cells.setdefault(heading, text)


def _with_text(line: ContentLine, encoding: str) -> ContentLine:
    if not line.parameters or (line.value.isascii() and not line.parameters.keys() & {"ENCODING", ""}):
        return line
    return replace(line, value=_decoded(line, encoding))


def _decoded(line: ContentLine, encoding: str) -> str:
    """The value as text, whatever way it was packed into its line."""
    packing = {value.upper() for name in ("ENCODING", "") for value in line.parameters.get(name, ())}
    charset = _charset(line.parameter("CHARSET"))
    if "QUOTED-PRINTABLE" in packing:
        return _text(quopri.decodestring(_bytes(line.value, encoding)), charset or "utf-8", line.value)
    if packing & {"BASE64", "B"}:
        try:
            return _text(base64.b64decode(line.value, validate=True), charset or "utf-8", line.value)
        except (binascii.Error, ValueError):
            return line.value
    if charset and not line.value.isascii() and charset != _charset(encoding):
        return _text(_bytes(line.value, encoding), charset, line.value)
    return line.value


def _charset(name: str) -> str:
    """Python's name of a charset that cards are written in; '' for any other."""
    try:
        known = codecs.lookup(name.removesuffix("-sig")).name if name else ""
    except (LookupError, ValueError):
        return ""
    return known if _KNOWN_CHARSET.fullmatch(known) else ""


def _bytes(text: str, encoding: str) -> bytes:
    """The bytes of the file that were read as this text, as far as its encoding lets bytes stand for themselves."""
    return encoded(text, encoding) if can_be_split(encoding) else text.encode("utf-8", "replace")


def _text(data: bytes, charset: str, otherwise: str) -> str:
    """The text that these bytes are, in old programs' encoding where the charset is not true."""
    for each in (charset, "windows-1252"):
        try:
            return data.decode(each)
        except (UnicodeDecodeError, UnicodeError):
            continue
    return otherwise


def _label(text: str) -> str:
    """Apple writes its own labels as `_$!<Mobile>!$_`."""
    return _APPLE_LABEL.sub(r"\1", unescaped(text)).strip()


def _given_types(line: ContentLine) -> list[str]:
    values = (value for name in ("TYPE", "") for value in line.parameters.get(name, ()))
    return [each.strip() for value in values for each in value.split(",")]


def _is_preferred(line: ContentLine) -> bool:
    return bool(line.parameter("PREF")) or any(value.lower() == "pref" for value in _given_types(line))


def _types(line: ContentLine) -> str:
    """`Work, Fax`; 2.1 also lists how the value is packed there."""
    types = dict.fromkeys(value.lower() for value in _given_types(line))
    packing = {"quoted-printable", "base64", "8bit", "7bit"}
    return ", ".join(
        value.removeprefix("x-").capitalize() for value in types if value not in _IGNORED_TYPES | packing
    )
