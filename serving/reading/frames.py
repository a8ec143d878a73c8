"""Frames on a socket: bytes with their length in front."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

_LENGTH = struct.Struct("!Q")
"""The length of a frame in bytes: 64 bits, big-endian."""
_PIECE = 1 << 18
"""Most bytes that are sent or received at once."""

Ready = Callable[[], object]
"""A function that waits until the socket is ready; it may raise to give up."""


class BrokenFrame(Exception):
    """The other side ended within a frame, or announced a frame that is too long."""


def send_frame(to: socket.socket, content: bytes | memoryview, ready: Ready | None = None) -> None:
    """Send one frame; on a non-blocking socket, `ready` waits until it accepts more."""
    _send(to, _LENGTH.pack(len(content)), ready)
    _send(to, content, ready)


def receive_frame(of: socket.socket, most: int, ready: Ready | None = None) -> bytearray:
    """Receive one frame of at most `most` bytes; `ready` waits until there is more. Raises BrokenFrame."""
    (length,) = _LENGTH.unpack(_receive(of, _LENGTH.size, ready))
    if length > most:
        raise BrokenFrame(f"{length} bytes, of at most {most}")
    return _receive(of, length, ready)


def _send(to: socket.socket, content: bytes | memoryview, ready: Ready | None) -> None:
    left = memoryview(content)
    while left:
        if ready is not None:
            ready()
        try:
            left = left[to.send(left[:_PIECE]) :]
        except BlockingIOError:
            continue


def _receive(of: socket.socket, length: int, ready: Ready | None) -> bytearray:
    """Receive bytes into a buffer that grows as they come, so that an announced length alone takes no memory."""
    received = bytearray()
    while len(received) < length:
        if ready is not None:
            ready()
        try:
            piece = of.recv(min(_PIECE, length - len(received)))
        except BlockingIOError:
            continue
        if not piece:
            raise BrokenFrame("the other side ended")
        received += piece
    return received
