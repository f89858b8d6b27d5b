"""The smallest mail server that takes what smtplib sends: it keeps every mail, or says no as often as it is told."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Inbox:
    """What has arrived. `refusals` mails more are refused with `refuse_with`."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refusals: int = 0
    seconds: float = 0.0
    """How long the taking of each mail lasts."""
    refuse_with: bytes = b"451 4.3.0 Try again later"

    def of(self, address: str) -> list[EmailMessage]:
        """The mails to this address."""
        return [mail for mail in self.mails if mail["To"] == address]


@contextmanager
def receiving_mail() -> Iterator[Inbox]:
    """A real server on a free port of this machine, as long as it is needed."""
    inbox = Inbox()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            inbox.connections += 1
            self.say(b"220 test")
            while line := self.rfile.readline().strip():
                verb = line[:4].upper()
                if verb == b"QUIT":
                    return self.say(b"221 bye")
                if verb == b"DATA":
                    self.say(b"354 go on")
                    self.say(self.taken())
                else:
                    self.say(b"250 fine")
            return None

        def say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

        def taken(self) -> bytes:
            lines = list(iter(self.rfile.readline, b".\r\n"))
            time.sleep(inbox.seconds)
            if inbox.refusals:
                inbox.refusals -= 1
                return inbox.refuse_with
            body = b"".join(line.removeprefix(b".") for line in lines)
            inbox.mails.append(message_from_bytes(body, policy=policy.default))  # type: ignore[arg-type]
            return b"250 taken"

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        inbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield inbox
        server.shutdown()
