"""Limits of connections: how long an unused one stays, and how many are open."""

import asyncio
import contextlib

import pytest
import uvicorn

from calcqa.server import connections as room
from calcqa.server.connections import Patient, most_connections

pytestmark = pytest.mark.enable_socket


async def app(scope, receive, send):
    """Answer with what was sent, once all of it has come."""
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def over(talk, served=app, **options):
    """Serve, and have `talk` talk to the server; it is handed what opens a connection, closed when it is done."""

    async def run():
        async with running(served, **options) as connect:
            await talk(connect)

    asyncio.run(asyncio.wait_for(run(), 60))


@contextlib.asynccontextmanager
async def running(served, believed="127.0.0.1"):
    """A server in this loop, which believes a proxy at that address; yields what opens a connection to it."""
    opened = []

    async def connect():
        opened.append(await asyncio.open_connection("127.0.0.1", port))
        return opened[-1]

    options = {"ws": "none", "lifespan": "off", "log_config": None, "forwarded_allow_ips": believed}
    server = uvicorn.Server(uvicorn.Config(served, port=0, http=Patient, **options))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield connect
    for _, writer in opened:
        writer.close()
    server.should_exit = True
    await serving


def test_a_head_that_does_not_come_whole_ends_the_connection(monkeypatch):
    monkeypatch.setattr(room, "_HEAD", 0.2)

    async def talk(connect):
        half = [await connect() for _ in range(20)]
        for n, (_, writer) in enumerate(half):
            writer.write([b"", b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\n"][n % 3])
        assert [await reader.read() for reader, _ in half] == [b""] * 20  # closed, by the server

    over(talk)


def test_a_second_request_is_waited_for_no_longer_than_the_first(monkeypatch):
    monkeypatch.setattr(room, "_HEAD", 0.2)

    async def talk(connect):
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"GET / HT")
        assert await reader.read() == b""

    over(talk)


def test_a_body_may_take_its_time_and_so_may_an_answer(monkeypatch):
    monkeypatch.setattr(room, "_HEAD", 0.2)

    async def talk(connect):
        reader, writer = await connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        await asyncio.sleep(0.6)
        writer.write(b"cd")
        assert (await reader.readuntil(b"abcd")).startswith(b"HTTP/1.1 200 OK")

    over(talk)


def test_what_is_answered_unread_is_closed():
    async def curt(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def talk(connect):
        reader, writer = await connect()
        writer.write(b"POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx")
        assert b"404" in await reader.read()  # to its end: the server closed it

    over(talk, curt)


def test_a_body_of_which_nothing_more_comes_ends_the_connection(monkeypatch):
    monkeypatch.setattr(room, "_PART", 0.2)

    async def talk(connect):
        reader, writer = await connect()
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        assert await reader.read() == b""

    over(talk)


def test_only_so_many_are_open(monkeypatch):
    monkeypatch.setattr(Patient, "most", 3)

    async def talk(connect):
        kept = [await connect() for _ in range(3)]
        await asyncio.sleep(0.1)
        reader, writer = await connect()
        assert await reader.read() == b""
        writer.close()
        kept[0][1].write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in await kept[0][0].read()
        for _, other in kept:
            other.close()
        await asyncio.sleep(0.1)
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in await reader.read()

    over(talk)


def test_one_address_has_half_of_them_unless_it_is_a_proxys(monkeypatch):
    monkeypatch.setattr(Patient, "most", 6)

    async def alone(connect):
        kept = [await connect() for _ in range(3)]
        await asyncio.sleep(0.1)
        reader, _ = await connect()
        assert await reader.read() == b""
        kept[0][1].write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in await kept[0][0].read()
        for _, writer in kept:
            writer.close()
        while Patient._of:
            await asyncio.sleep(0.01)
        reader, writer = await connect()  # there is room again
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in await reader.read()

    async def through_a_proxy(connect):
        kept = [await connect() for _ in range(6)]
        await asyncio.sleep(0.1)
        for reader, writer in kept:
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b"200 OK" in await reader.read()

    over(alone, believed="")
    assert not Patient._of
    over(through_a_proxy)


def test_descriptors_are_left_to_everything_else(monkeypatch):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1_024, 4_096))
    assert most_connections() == 1_024 - room._SPARE
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert most_connections() == room._MOST
