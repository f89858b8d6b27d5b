"""The endpoint that may suggest what headings mean, talked to for real on this machine."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from phcs.config import Settings
from phcs.core.mapping.suggesting import PRESELECT
from phcs.core.mapping.tables import TableMapping
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.sources import recognise
from phcs.services.heading_suggestions import MOST_BYTES, SuggestEndpoint, with_asked_suggestions

HEADINGS = (
    "Name",
    "Phone",
    "Furbaby",
    "Zebra phone",
    "Ana Ruiz 4155552671",
    "ana@example.org",
    "SSN",
    "Mood",
)
ROW = ("Bo Secret", "415-555-2672", "Rexi", "415-555-2673", "cell four", "cell five", "999-00-1111", "calm")


class Endpoint(ThreadingHTTPServer):
    """A server that keeps what it was asked and answers as a test tells it to."""

    daemon_threads = True

    def __init__(self, reply: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.reply = reply
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone away."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers.get("Authorization", ""), json.loads(body)))
        self.server.reply(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's own name
        """Say nothing."""


def answering(
    content: str, *, status: int = 200, location: str = ""
) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        handler.send_response(status)
        if location:
            handler.send_header("Location", location)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[BaseHTTPRequestHandler], None]], Endpoint]]:
    servers: list[Endpoint] = []

    def start(reply: Callable[[BaseHTTPRequestHandler], None]) -> Endpoint:
        server = Endpoint(reply)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def build_mapping() -> TableMapping:
    columns = tuple(ColumnReading(n, text, text, 1, (ROW[n],)) for n, text in enumerate(HEADINGS))
    return recognise(TableReading("list.csv", "delimited", "utf-8", ",", 1, columns, 1, 0, 0, (ROW,)))


def endpoint_at(url: str, *, seconds: float = 5.0) -> SuggestEndpoint:
    return SuggestEndpoint(url=url, model="tiny-1", key="hush", seconds=seconds)


Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], Endpoint]


def test_only_headings_leave_the_house_and_none_that_looks_like_a_value(serve: Serve) -> None:
    server = serve(answering("{}"))
    with_asked_suggestions(build_mapping(), endpoint_at(server.url))
    [(path, authorization, question)] = server.asked
    sent = json.loads(question["messages"][1]["content"])
    assert (path, authorization) == ("/v1/chat/completions", "Bearer hush")
    assert sent["columns"] == {"2": "Furbaby", "3": "Zebra phone", "7": "Mood"}
    assert "case.services" not in sent["fields"]
    assert [value for value in (*ROW, "Ana", "999") if value in json.dumps(question)] == []


def test_its_suggestion_is_shown_as_its_own_and_chooses_nothing(serve: Serve) -> None:
    server = serve(answering('```json\n{"2": "pet.name"}\n```'))
    mapping, note = with_asked_suggestions(build_mapping(), endpoint_at(server.url))
    column = mapping.columns[2]
    assert (column.target, column.suggested, column.reason) == ("", "pet.name", "suggested by tiny-1")
    assert 0 < column.confidence < PRESELECT
    assert note == ""


def test_where_it_agrees_with_us_our_confidence_stays_and_both_are_named(serve: Serve) -> None:
    ours = build_mapping()
    server = serve(answering(json.dumps({"3": ours.columns[3].suggested})))
    column = with_asked_suggestions(ours, endpoint_at(server.url))[0].columns[3]
    assert (column.suggested, column.confidence) == (ours.columns[3].suggested, ours.columns[3].confidence)
    assert column.reason == f"{ours.columns[3].reason}; also suggested by tiny-1"


@pytest.mark.parametrize(
    "answer",
    [
        {"2": "owner.shoe_size"},
        {"2": "owner.full_name"},
        {"2": "case.services"},
        {"2": ["pet.name"]},
        {"2": None},
        {"0": "pet.name"},
        {"6": "owner.notes"},
        {"99": "pet.name"},
        {"Furbaby": "pet.name"},
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_passed_over(serve: Serve, answer: dict[str, Any]) -> None:
    server = serve(answering(json.dumps(answer)))
    assert with_asked_suggestions(build_mapping(), endpoint_at(server.url)) == (build_mapping(), "")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (answering("{}", status=500), "status 500"),
        (answering("{}", status=307, location="http://127.0.0.1:9/v1"), "status 307"),
        (answering("no idea"), "not understood"),
        (answering("{" + "x" * MOST_BYTES + "}"), "too long"),
    ],
)
def test_a_failure_changes_nothing_but_a_note(
    serve: Serve, reply: Callable[[BaseHTTPRequestHandler], None], reason: str
) -> None:
    server = serve(reply)
    mapping, note = with_asked_suggestions(build_mapping(), endpoint_at(server.url))
    assert mapping == build_mapping()
    assert reason in note
    assert note.endswith("The suggestions are our own.")


def test_an_answer_that_drips_in_is_cut_off_in_time(serve: Serve) -> None:
    server = serve(dripping)
    began = time.monotonic()
    mapping, note = with_asked_suggestions(build_mapping(), endpoint_at(server.url, seconds=0.5))
    assert time.monotonic() - began < 2
    assert (mapping, "did not answer in time" in note) == (build_mapping(), True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/v1", "ftp://example.org", "nonsense", "http://a:port/v1"]
)
def test_an_address_at_which_nobody_answers_is_only_a_note(url: str) -> None:
    mapping, note = with_asked_suggestions(build_mapping(), endpoint_at(url, seconds=1))
    assert mapping == build_mapping()
    assert note.startswith("tiny-1 could not be asked for suggestions: ")


def test_nobody_is_asked_when_every_column_has_its_field(serve: Serve) -> None:
    server = serve(answering("{}"))
    columns = (ColumnReading(0, "Name", "Name", 0, ()), ColumnReading(1, "Phone", "Phone", 0, ()))
    mapping = recognise(TableReading("l.csv", "delimited", "utf-8", ",", 1, columns, 0, 0, 0, ()))
    assert with_asked_suggestions(mapping, endpoint_at(server.url)) == (mapping, "")
    assert server.asked == []


def test_without_address_or_model_nobody_is_asked() -> None:
    assert SuggestEndpoint.of(Settings()) is None
    assert SuggestEndpoint.of(Settings(suggest_url="https://example.org/v1")) is None
    found = SuggestEndpoint.of(
        Settings(suggest_url="https://example.org/v1", suggest_key="hush", suggest_model="m")
    )
    assert found == SuggestEndpoint(url="https://example.org/v1", model="m", key="hush")
    assert "hush" not in repr(found)
