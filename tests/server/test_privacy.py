"""What one visitor uploads reaches no other: not a byte of it is in what the server sends to anyone else."""

from __future__ import annotations

import re

import numpy as np

from tests.running_server import RunningServer
from tests.visitor import Visitor

NAME = "confidential.csv"
NUMBER = 7331.5
MARKS = (b"confidential", b"salary", b"redundant", np.float32(NUMBER).tobytes(), np.float64(NUMBER).tobytes())
"""What stands in the file and in its name: a column, a category, and a number in the forms in which it is sent."""


def table(column: str, category: str, largest: float) -> bytes:
    rows = [f"{31 * n % 97},{17 * n % 89},{category if n % 2 else 'other'}" for n in range(60)]
    return "\n".join([f"{column},age,fate", *rows, f"{largest},40,{category}"]).encode()


SECRET = table("salary", "redundant", NUMBER)


def see_everything(visitor: Visitor) -> None:
    for page in visitor.pages:
        visitor.run(page, query="data=Upload+a+file&n_init=1&k_max=2")


def marks_heard(visitor: Visitor) -> set[bytes]:
    return {mark for mark in MARKS if any(mark in message for message in visitor.heard)}


def test_an_upload_is_in_no_message_to_another_visitor(server: RunningServer) -> None:
    owner = Visitor(server.url)
    owner.give(NAME, SECRET)
    see_everything(owner)
    assert marks_heard(owner) == set(MARKS), "its owner sees all of it"

    stranger = Visitor(server.url)  # not before: a connection that asks for nothing is closed
    stranger.run(query="data=Upload+a+file")
    see_everything(stranger)
    assert marks_heard(stranger) == set()

    namesake = Visitor(server.url)
    namesake.give(NAME.replace("confidential", "public"), table("stature", "tall", 180.0))
    namesake.give(NAME, table("stature", "tall", 180.0))
    see_everything(namesake)
    assert marks_heard(namesake) == {b"confidential"}, "which is the name of their own file"

    copier = Visitor(server.url)
    copier.give("copy.csv", SECRET)
    see_everything(copier)
    assert marks_heard(copier) == set(MARKS) - {b"confidential"}, "the content is their own, the name is not"

    owner.run("data", query="data=Upload+a+file")
    assert not any(re.search(rb"stature|copy\.csv", message) for message in owner.heard)
    for visitor in (owner, stranger, namesake, copier):
        visitor.leave()
    assert "Traceback" not in server.new_log()
