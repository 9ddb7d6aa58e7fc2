"""An Otii server on a real socket: answers as Qoitech's does, or as a test says."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tests.power.recorded import START, STOP, around_a_window

Message = dict[str, Any]
Fault = Callable[[Message], Message | bytes | None]
RATE = 4000


class OtiiServer:
    """Serves one client at a time; `heard` keeps every request.

    Args:
        fault: changes the answer to a request; None keeps it, bytes are sent as they are, and no bytes at
            all close the connection.
        devices: that it has.
        greeting: what it says first.
    """

    def __init__(
        self,
        fault: Callable[[Message, Message], Message | bytes | None] = lambda _request, _answer: None,
        devices: tuple[Message, ...] = ({"device_id": "Arc01", "name": "Arc I", "type": "Arc"},),
        greeting: bytes = b'{"type":"information","info":"connected","data":{"server":"otii-server"}}\r\n',
    ) -> None:
        self.heard: list[Message] = []
        self._fault, self._devices, self._greeting = fault, devices, greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> OtiiServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def commands(self, name: str) -> list[Message]:
        """Data of every request of that command."""
        return [each["data"] for each in self.heard if each["cmd"] == name]

    def _serve(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        with client, client.makefile("rb") as stream:
            client.sendall(self._greeting)
            for line in stream:
                request = json.loads(line)
                self.heard.append(request)
                answer = self._answer(request)
                changed = self._fault(request, answer)
                if changed == b"":
                    return
                told = (
                    changed
                    if isinstance(changed, bytes)
                    else json.dumps(changed or answer).encode() + b"\r\n"
                )
                client.sendall(b'{"type":"progress","cmd":"any","progress_value":1}\r\n' + told[:7])
                client.sendall(told[7:])

    def _answer(self, request: Message) -> Message:
        command, data = request["cmd"], request["data"]
        answers: dict[str, Message] = {
            "otii_get_devices": {"devices": list(self._devices)},
            "otii_get_active_project": {"project_id": -1},
            "otii_create_project": {"project_id": 7},
            "arc_get_version": {"hw_version": "1.2", "fw_version": "3.4"},
            "project_get_last_recording": {"recording_id": 3, "name": "r"},
            "recording_get_channel_data_count": {"count": len(_channel(data.get("channel", "")))},
        }
        if command == "recording_get_channel_data":
            chosen = _channel(data["channel"])[data["index"] : data["index"] + data["count"]]
            interval = 1 / RATE if data["channel"] == "mc" else 1 / 1000
            timing = {"timestamp": 0.25 + data["index"] * interval, "interval": interval}
            answers[command] = {"values": chosen, **({} if data["channel"] == "i1" else timing)}
        return {
            "type": "response",
            "cmd": command,
            "trans_id": request["trans_id"],
            "data": answers.get(command, {}),
        }


def _channel(name: str) -> list[Any]:
    if name == "mc":
        return list(around_a_window().tolist())
    if name == "mv":
        return [3.3] * 500
    if name == "i1":
        changes = ((0, True), (START, False), (STOP, True))
        return [{"timestamp": 0.25 + at / RATE, "value": value} for at, value in changes]
    return []
