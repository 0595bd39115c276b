"""Uploads: tickets that belong to a session, limits, and nothing left behind."""

import asyncio

import httpx
import pytest

from calcqa import messages
from calcqa.errors import InputError
from calcqa.server import uploads as room
from calcqa.server.uploads import Uploads
from calcqa.workspace import Limits


def put(uploads, ticket, content):
    async def sent():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(uploads), base_url="http://here") as client:
            return await client.put(f"/documents/{ticket}", content=content)

    return asyncio.run(sent())


def test_what_is_sent_with_a_ticket_is_taken_once_by_its_session_alone():
    uploads = Uploads()
    ticket = uploads.ticket("mine", "a.md", 5)
    assert put(uploads, ticket, b"bytes").status_code == 204
    for owner, ids in [
        ("yours", [ticket]),
        ("mine", ["/etc/shadow"]),
        ("mine", ["../a"]),
        ("mine", [ticket, "x"]),
        ("mine", [ticket, ticket]),
    ]:
        with pytest.raises(InputError, match=messages.ONLY_SENT):
            uploads.take(owner, ids)
    assert uploads.take("mine", [ticket]) == [("a.md", b"bytes")]
    with pytest.raises(InputError):
        uploads.take("mine", [ticket])
    assert uploads.held == 0


def test_nothing_is_taken_without_a_ticket_or_twice_with_one():
    uploads = Uploads()
    assert put(uploads, "made-up", b"bytes").status_code == 404
    ticket = uploads.ticket("mine", "a.md", 5)
    assert put(uploads, ticket, b"bytes").status_code == 204
    assert put(uploads, ticket, b"other").status_code == 404
    assert uploads.take("mine", [ticket]) == [("a.md", b"bytes")]


@pytest.mark.parametrize(("content", "status"), [(b"x" * 6, 413), (b"x" * 4, 400), (b"", 400)])
def test_what_is_not_as_long_as_was_said_is_dropped(content, status):
    uploads = Uploads()
    ticket = uploads.ticket("mine", "a.md", 5)
    assert put(uploads, ticket, content).status_code == status
    assert uploads.held == 0
    with pytest.raises(InputError):
        uploads.take("mine", [ticket])


def test_a_file_that_has_not_come_cannot_be_taken():
    uploads = Uploads()
    with pytest.raises(InputError):
        uploads.take("mine", [uploads.ticket("mine", "a.md", 5)])


def test_an_upload_that_breaks_off_or_stops_leaves_nothing(monkeypatch):
    monkeypatch.setattr(room, "_PATIENCE", 0.05)
    uploads = Uploads()

    async def sent(messages):
        ticket, said = uploads.ticket("mine", "a.md", 5), []

        async def receive():
            if not messages:
                await asyncio.sleep(60)
            return messages.pop(0)

        async def send(message):
            said.append(message)

        scope = {"type": "http", "method": "PUT", "path": f"/documents/{ticket}", "headers": []}
        await uploads(scope, receive, send)
        return said

    part = {"type": "http.request", "body": b"by", "more_body": True}
    assert asyncio.run(sent([part, {"type": "http.disconnect"}])) == []
    assert uploads.held == 0
    assert asyncio.run(sent([part]))[0]["status"] == 408
    assert uploads.held == 0


def test_limits_hold_before_anything_is_sent(monkeypatch):
    monkeypatch.setattr(room, "_LEAST_HELD", 250)
    uploads = Uploads(Limits(documents=2, bytes=100))
    with pytest.raises(InputError, match=r"big\.md has 101 bytes"):
        uploads.ticket("mine", "big.md", 101)
    uploads.ticket("mine", "a.md", 100)
    uploads.ticket("mine", "b.md", 50)
    with pytest.raises(InputError, match="at most 2"):
        uploads.ticket("mine", "c.md", 1)
    uploads.ticket("yours", "d.md", 100)
    with pytest.raises(InputError, match=messages.SERVER_FULL):
        uploads.ticket("theirs", "e.md", 1)
    uploads.drop("mine")
    uploads.ticket("theirs", "e.md", 100)
    assert uploads.held == 200


def test_a_ticket_that_is_not_used_is_gone_after_some_minutes(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    uploads = Uploads()
    ticket = uploads.ticket("mine", "a.md", 5)
    now[0] = 599.0
    assert uploads.held == 5
    now[0] = 601.0
    assert uploads.held == 0
    assert put(uploads, ticket, b"bytes").status_code == 404


def test_a_file_that_is_dropped_while_it_is_sent_takes_its_room_until_that_ends(monkeypatch):
    uploads = Uploads()
    messages: asyncio.Queue = None

    async def sent(drop):
        nonlocal messages
        messages, said = asyncio.Queue(), []
        ticket = uploads.ticket("mine", "a.md", 5)

        async def send(message):
            said.append(message)

        scope = {"type": "http", "method": "PUT", "path": f"/documents/{ticket}", "headers": []}
        sending = asyncio.create_task(uploads(scope, messages.get, send))
        await messages.put({"type": "http.request", "body": b"by", "more_body": True})
        while messages.qsize() or not uploads._tickets[ticket].content:
            await asyncio.sleep(0)
        drop()
        assert uploads.held == 5
        await messages.put({"type": "http.request", "body": b"tes", "more_body": False})
        await sending
        assert uploads.held == 0 and said[0]["status"] == 404
        with pytest.raises(InputError):
            uploads.take("mine", [ticket])

    asyncio.run(sent(lambda: uploads.drop("mine")))
    now = [room.time.monotonic()]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    asyncio.run(sent(lambda: now.__setitem__(0, now[0] + 601)))
