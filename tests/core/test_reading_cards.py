"""Contact cards (vCard 2.1, 3.0, 4.0): one row for each contact, in Google's words."""

import io

import pytest

from phcs.core.errors import UnreadableFileError
from phcs.core.reading import ReadLimits, TableReading, inspect_table, read_rows

LIMITS = ReadLimits()


def card(text: str, version: str = "3.0") -> str:
    return f"BEGIN:VCARD\nVERSION:{version}\n{text.strip()}\nEND:VCARD\n"


def read(data: bytes) -> tuple[TableReading, list[dict[str, str]]]:
    """The reading, and each row's filled cells by heading."""
    stream = io.BytesIO(data)
    reading = inspect_table(stream, name="contacts.vcf", limits=LIMITS)
    headings = [column.heading for column in reading.columns]
    rows = [
        {heading: cell for heading, cell in zip(headings, row.cells, strict=True) if cell}
        for row in read_rows(stream, TableReading.from_json(reading.as_json()), limits=LIMITS)
    ]
    assert len(rows) == reading.rows
    return reading, rows


def contact(text: str, version: str = "3.0") -> dict[str, str]:
    return read(card(text, version).encode())[1][0]


def test_a_card_of_version_3_is_a_contact() -> None:
    told = contact(
        "N:Gil;Ana;María,José;Dra.;\nFN:Dra. Ana Gil\nORG:Vet\\, Inc;Surgery\nTITLE:Vet\n"
        "TEL;TYPE=CELL:+57 300 1\nTEL;TYPE=HOME,VOICE;TYPE=pref:+57 300 2\nEMAIL;TYPE=INTERNET:a@x.org\n"
        "ADR;TYPE=WORK:;Piso 2;Calle 1;Cali;Valle;760001;Colombia\nBDAY:1980-01-02\n"
        "NOTE:one\\ntwo\\, three\nCATEGORIES:Foster,Donor\nUID:urn:1"
    )

    assert told == {
        "Name": "Dra. Ana Gil",
        "Given Name": "Ana",
        "Additional Name": "María José",
        "Family Name": "Gil",
        "Name Prefix": "Dra.",
        "Organization": "Vet, Inc",
        "Department": "Surgery",
        "Phone": "+57 300 2",
        "Phone Type": "Home",
        "Phone 2": "+57 300 1",
        "Phone 2 Type": "Cell",
        "E-mail": "a@x.org",
        "Address": "Calle 1, Piso 2, Cali, Valle, 760001, Colombia",
        "Address Type": "Work",
        "Extended Address": "Piso 2",
        "Street": "Calle 1",
        "City": "Cali",
        "Region": "Valle",
        "Postal Code": "760001",
        "Country": "Colombia",
        "Title": "Vet",
        "Birthday": "1980-01-02",
        "Notes": "one\ntwo, three",
        "Categories": "Foster; Donor",
        "UID": "urn:1",
    }


def test_a_card_of_version_2_1_is_decoded_line_by_line() -> None:
    data = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Mu=C3=B1oz;Jos=C3=A9\n"
        "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Jos=E9 =\nMu=F1oz\n"
        "TEL;HOME;VOICE:300 1\nTEL;CELL;PREF:300 2\nNOTE;QUOTED-PRINTABLE:a\\nb=3Bc\n"
        "ORG;ENCODING=BASE64:VmV0\nPHOTO;ENCODING=BASE64;TYPE=JPEG:AAAA\n BBBB\n",
        "2.1",
    ).encode()

    reading, rows = read(data)

    assert rows == [
        {
            "Name": "José Muñoz",
            "Given Name": "José",
            "Family Name": "Muñoz",
            "Organization": "Vet",
            "Phone": "300 2",
            "Phone Type": "Cell",
            "Phone 2": "300 1",
            "Phone 2 Type": "Home",
            "Notes": "a\\nb;c",
        }
    ]
    assert reading.notes == ("Left out: 1 photograph(s).",)


def test_a_card_of_version_4_uses_addresses_of_the_web() -> None:
    told = contact(
        'FN:Eva\nTEL;VALUE=uri;TYPE="voice,home":tel:+1-555\nTEL;PREF=1:tel:+1-556\n'
        "EMAIL:mailto:e@x.org\nBDAY:19800102\nANNIVERSARY:--0102\nPHOTO:data:image/jpeg;base64\\,AAAA",
        "4.0",
    )

    assert told == {
        "Name": "Eva",
        "Phone": "+1-556",
        "Phone 2": "+1-555",
        "Phone 2 Type": "Home",
        "E-mail": "e@x.org",
        "Birthday": "1980-01-02",
        "Anniversary": "--0102",
    }


def test_a_birthday_of_no_year_gets_none() -> None:
    days = ("1604-02-29", "16040229", "--0229")
    told = [contact(f"FN:Eva\nBDAY;X-APPLE-OMIT-YEAR=1604:{day}", "3.0")["Birthday"] for day in days]
    assert told == ["--02-29", "--02-29", "--0229"]


def test_grouped_lines_have_the_label_of_their_group() -> None:
    told = contact(
        "FN:Ana\nitem1.TEL:300\nitem1.X-ABLabel:_$!<Mobile>!$_\nitem2.URL:https://x.org\nitem2.X-ABLabel:Shop"
    )

    assert (told["Phone Type"], told["Website Type"]) == ("Mobile", "Shop")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("N:Gil;Ana;;;", "Ana Gil"),
        ("ORG:Vet Inc", "Vet Inc"),
        ("FN:\nN:;Ana;;;", "Ana"),
    ],
)
def test_a_card_without_a_shown_name_is_called_by_what_it_has(text: str, name: str) -> None:
    assert contact(text)["Name"] == name


@pytest.mark.parametrize(
    "line",
    [
        "FN;CHARSET=ISO-8859-1:Mu\xf1oz".encode("latin-1"),
        "FN:Muñoz".encode(),
        b"FN;ENCODING=QUOTED-PRINTABLE;CHARSET=nonsense:Mu=C3=B1oz",
        b"FN;ENCODING=QUOTED-PRINTABLE:Mu=F1oz",
    ],
)
def test_a_name_is_read_in_the_charset_that_it_says_or_that_it_is_in(line: bytes) -> None:
    others = b"NOTE:caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9\n"

    _, rows = read(b"BEGIN:VCARD\nVERSION:2.1\n" + line + b"\n" + others + b"END:VCARD\n")

    assert rows[0]["Name"] == "Muñoz"


def test_the_same_number_twice_is_one_and_a_card_in_a_card_is_left_out() -> None:
    reading, rows = read(
        card("FN:Ana\nTEL:300\nTEL;TYPE=HOME:300\nAGENT:\n" + card("FN:Bob", "2.1"), "2.1").encode()
    )

    assert rows == [{"Name": "Ana", "Phone": "300"}]
    assert reading.notes == ("Left out: 1 card(s) inside another card.",)


def test_a_photograph_may_be_large_and_a_note_may_not() -> None:
    photograph = "PHOTO;ENCODING=b:" + "A" * 2_000_000

    assert contact(f"FN:Ana\n{photograph}") == {"Name": "Ana"}
    with pytest.raises(UnreadableFileError, match="in the column “Notes”"):
        contact("FN:Ana\nNOTE:" + "x" * 40_000)


def test_a_card_that_does_not_end_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableFileError, match="“VCARD”, which begins in line 5, does not end") as refused:
        read((card("FN:Ana") + "BEGIN:VCARD\nFN:Eva\n").encode())

    assert refused.value.reason == "file.bad_nesting"
