"""Requests to an Otii server: JSON lines over TCP, as Qoitech's own client (MIT) sends them."""

from __future__ import annotations

import json
import socket
from typing import cast

from hilbench.errors import PowerError

_CONNECT_S = 5.0
_ANSWER_S = 10.0
_LINE = b"\r\n"
_LONGEST = 64 << 20
"""Longest answer, bytes; more is noise."""

Fields = dict[str, object]


class OtiiConnection:
    """One connection.

    Args:
        address: HOST:PORT.

    Raises:
        PowerError: nobody answers there, or no Otii server.
    """

    def __init__(self, address: str) -> None:
        self.name = f"Otii server at {address}"
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise PowerError(f"power.port is '{address}', and must be HOST:PORT of an Otii server.")
        try:
            self._socket = socket.create_connection((host, int(port)), timeout=_CONNECT_S)
        except OSError as error:
            raise PowerError(
                f"Cannot reach the {self.name} ({error.strerror or error}); start the Otii app, or "
                "otii_server, with the automation toolbox licensed."
            ) from error
        self._pending = b""
        self._number = 0
        try:
            greeting = self._receive("the connection")
        except BaseException:
            self.close()
            raise
        if greeting.get("info") != "connected":
            self.close()
            raise PowerError(f"What answers at the {self.name} is no Otii server.")

    def ask(self, command: str, **data: object) -> Fields:
        """Send a request and return the data of its response.

        Raises:
            PowerError: no answer in time, one that is not JSON, or an error of the server.
        """
        self._number += 1
        number = str(self._number)
        request = {"type": "request", "cmd": command, "trans_id": number, "data": data}
        try:
            self._socket.sendall(json.dumps(request).encode() + _LINE)
        except OSError as error:
            raise PowerError(f"The {self.name} does not take '{command}': {error}.") from error
        while (answer := self._receive(command)).get("trans_id") != number:
            pass  # information, progress, and the answer to what an earlier call gave up on
        if answer.get("type") == "error":
            data_of = answer.get("data")
            message = data_of.get("message") if isinstance(data_of, dict) else None
            reason = ": ".join(str(part) for part in (answer.get("errorcode"), message) if part)
            raise PowerError(f"The {self.name} refused '{command}': {reason or 'no reason given'}.")
        found = answer.get("data", {})
        return cast(Fields, found) if isinstance(found, dict) else {}

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        self._socket.close()

    def _receive(self, command: str) -> Fields:
        self._socket.settimeout(_ANSWER_S)
        while _LINE not in self._pending:
            try:
                received = self._socket.recv(1 << 16)
            except OSError as error:
                raise PowerError(f"The {self.name} does not answer '{command}': {error}.") from error
            if not received:
                raise PowerError(f"The {self.name} closed the connection during '{command}'.")
            self._pending += received
            if len(self._pending) > _LONGEST:
                raise PowerError(f"The {self.name} answers '{command}' without end.")
        line, _, self._pending = self._pending.partition(_LINE)
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise PowerError(f"The {self.name} answers '{command}' with no message of an Otii server.")
        return cast(Fields, answer)
