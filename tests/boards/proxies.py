"""Wires with faults: proxies between a board and its host that cut, freeze or change what passes."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from collections.abc import Callable


def unchanged(data: bytes) -> bytes:
    """Pass everything on."""
    return data


class TcpProxy:
    """Forwards one TCP port, connection after connection."""

    def __init__(self, target: str) -> None:
        host, port = target.split(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._left: int | None = None
        self.frozen = False
        """Whether answers are held back."""
        self.before_answer: Callable[[], None] | None = None
        """Called once, before the next answer is passed on."""
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def cut_after(self, sent: int) -> None:
        """Cut the connection when the host has sent so many bytes more; the next one is whole again."""
        self._left = sent

    def close(self) -> None:
        """Cut everything."""
        os.write(self._stop_writer, b"x")
        self._thread.join()
        self._listener.close()
        os.close(self._stop_reader)
        os.close(self._stop_writer)

    def _serve(self) -> None:
        waited_for = [self._listener.fileno(), self._stop_reader]
        while self._stop_reader not in select.select(waited_for, [], [])[0]:
            host, _ = self._listener.accept()
            with host, socket.create_connection(self._target) as board:
                for end in (host, board):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with contextlib.suppress(ConnectionError):  # a host that goes with an answer unread resets it
                    self._forward(host, board)

    def _forward(self, host: socket.socket, board: socket.socket) -> None:
        while True:
            ready = select.select([host.fileno(), board.fileno(), self._stop_reader], [], [])[0]
            if self._stop_reader in ready:
                return
            for source, sink in ((host, board), (board, host)):
                if source.fileno() not in ready:
                    continue
                data = source.recv(65_536)
                if not data or (source is host and self._is_cut(len(data))):
                    return
                if source is board and self.before_answer:
                    act, self.before_answer = self.before_answer, None
                    act()
                if source is host or not self.frozen:
                    sink.sendall(data)

    def _is_cut(self, sent: int) -> bool:
        if self._left is None:
            return False
        self._left -= sent
        if self._left > 0:
            return False
        self._left = None
        return True


class PtyProxy:
    """Forwards one serial port; `to_host` may change what the board says, `to_board` what the host does."""

    def __init__(self, target: str) -> None:
        self._board = os.open(target, os.O_RDWR | os.O_NOCTTY)
        self._master, self._slave = os.openpty()
        for end in (self._board, self._slave):
            tty.setraw(end)
        self.port = os.ttyname(self._slave)
        self.to_host: Callable[[bytes], bytes] = unchanged
        self.to_board: Callable[[bytes], bytes] = unchanged
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cut it."""
        os.write(self._stop_writer, b"x")
        self._thread.join()
        for descriptor in (self._board, self._master, self._slave, self._stop_reader, self._stop_writer):
            os.close(descriptor)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ready = select.select([self._board, self._master, self._stop_reader], [], [])[0]
                if self._stop_reader in ready:
                    return
                if self._board in ready:
                    os.write(self._master, self.to_host(os.read(self._board, 65_536)))
                if self._master in ready:
                    _write_all(self._board, self.to_board(os.read(self._master, 4096)))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
