"""A mail server for the tests: it receives over SMTP, refuses, hangs up, or is away."""

import email
import email.policy
import re
import socket
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class MailServer:
    """A real SMTP server on a port of this machine.

    ``messages``: what it received, oldest first. ``refuse``: the answer to RCPT TO in place of « 250 », such as
    "550 5.1.1 Unknown user" or "451 4.3.0 Try later". ``hang_up``: take the message, then leave without a word.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind((self.host, 0))
            self.port = probe.getsockname()[1]
        self.messages: list[EmailMessage] = []
        self.refuse = ""
        self.hang_up = False
        self._controller: Controller | None = None

    def start(self) -> None:
        """Come back, on the same port."""
        if self._controller is None:
            self._controller = Controller(self, hostname=self.host, port=self.port, enable_SMTPUTF8=True)
            self._controller.start()

    def stop(self) -> None:
        """Go away: whoever connects is refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[EmailMessage]:
        """What one address received, oldest first."""
        return [message for message in self.messages if message["X-RcptTo"] == address]

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        for address in envelope.rcpt_tos:
            message["X-RcptTo"] = address
        self.messages.append(message)
        if self.hang_up:
            server.transport.abort()
        return "250 OK"


def text_of(message: EmailMessage) -> str:
    """The text version of a received message."""
    return message.get_body(("plain",)).get_content()


def links_in(message: EmailMessage) -> list[str]:
    """The addresses in a received message's text, in order."""
    return re.findall(r"https?://[^\s>)]+", text_of(message))
