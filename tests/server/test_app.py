"""The server for operators: one address, headers, health, a log without questions, and a stop that cuts nothing off."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import calcqa
from calcqa import messages
from calcqa.errors import InputError
from calcqa.server import logs, middleware
from calcqa.server.app import Serving, application
from calcqa.server.middleware import HEADERS, Front
from calcqa.server.run import Server, _listen
from calcqa.types import Abstention, Answer, Citation, Reason
from helpers.served import PIECES, begin, served, streamed, values

QUESTION = "has Ms Doe been here"


@pytest.fixture
def logged():
    """The lines logged as the server logs them; logging is put back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("calcqa")
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    root.handlers = []
    logs.configure(stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(False)
    root.handlers[:], root.level, ours.level = before


def citation(document):
    return Citation(1, document, document, "", "", "", "quote", 0, 5, 0, 5)


def answer(*documents):
    abstention = None if documents else Abstention(Reason.NO_EVIDENCE, None, (), 3, ())
    return Answer(QUESTION, QUESTION, "", None, tuple(map(citation, documents)), (), 0.5, abstention)


# --- the real server --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived():
    """A server that lived, was asked, and was stopped by Ctrl+C: what it answered by path, and itself."""
    found = {}
    program = "events._EVENT = 10_000; serve(port=0)"
    with served(program) as page, httpx.Client(base_url=page.address) as client:
        for path in ("/", "/healthz", "/theme.css", "/nowhere", "/docs", "/redoc", "/openapi.json", "/gradio_api/runs"):
            found[path] = client.get(path)
        for event, text in enumerate(("tell", QUESTION)):
            begin(client, event, text)
            found[text] = list(streamed(client))
        found["huge"] = client.post("/gradio_api/queue/join", json={"data": ["x" * 20_000]})
        page.process.send_signal(signal.SIGINT)
        page.end()
    return found, page


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_page_is_served_and_nothing_else_is_reached(lived):
    found, page = lived
    assert found["/"].status_code == 200 and "A small page" in found["/"].text
    assert values(found["tell"]) == PIECES
    assert f"{messages.SERVING} {page.address}/\n" in page.out and "outside: []" in page.out
    assert page.process.returncode == 0
    noted = [line["event"] for line in page.log]
    assert noted == ["started", "page", "failed", "stopping", "stopped"]


@pytest.mark.slow
@pytest.mark.enable_socket
def test_every_response_keeps_the_browser_here(lived):
    for path, response in lived[0].items():
        if path.startswith("/"):
            assert {name: response.headers[name] for name in HEADERS} == HEADERS, path
            assert "server" not in response.headers
    for path in ("/docs", "/redoc", "/openapi.json", "/gradio_api/runs"):
        assert lived[0][path].status_code == 404, path


@pytest.mark.slow
@pytest.mark.enable_socket
def test_what_is_too_large_is_refused(lived):
    assert lived[0]["huge"].status_code == 413


@pytest.mark.slow
@pytest.mark.enable_socket
def test_health_says_what_is_served(lived):
    index = {"documents": 1, "passages": 3}
    assert lived[0]["/healthz"].json() == {"status": "ok", "version": calcqa.__version__, "index": index}


@pytest.mark.slow
@pytest.mark.enable_socket
def test_what_fails_is_logged_without_what_was_asked_and_said_in_one_sentence(lived):
    found, page = lived
    (done,) = [m for m in found[QUESTION] if m["msg"] == "process_completed"]
    assert not done["success"] and done["output"]["error"] == messages.FAILED
    (failed,) = page.noted("failed")
    assert failed["error"] == "ValueError" and failed["traceback"][-1].endswith("in fail")
    assert QUESTION not in page.errors


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_stop_lets_a_running_answer_finish_and_waits_for_no_open_page():
    with served() as page, httpx.Client(base_url=page.address) as client, httpx.Client(base_url=page.address) as tab:
        beats = tab.stream("GET", "/gradio_api/heartbeat/tab", timeout=30)
        with beats as heartbeat:
            beating = heartbeat.iter_lines()  # held: the connection closes with it
            assert next(beating) == "data: ALIVE"
            begin(client, 0, "tell")
            seen = []
            for message in streamed(client):
                seen.append(message)
                if values(seen) == PIECES[:1] and message["msg"] == "process_generating":
                    page.process.send_signal(signal.SIGTERM)
                if values(seen) == PIECES[:3] and message["msg"] == "process_generating":
                    assert httpx.get(f"{page.address}/healthz").status_code == 503
                    turned_away = httpx.get(page.address)
                    assert turned_away.status_code == 503 and "Retry-After" in turned_away.headers
            assert values(seen) == PIECES and seen[-1]["msg"] == "close_stream"
            assert page.end() == 0  # while the tab is still open
    (stopped,) = page.noted("stopped")
    assert stopped["cut_off"] == 0
    assert not page.noted("log")  # uvicorn would say here that it had to cancel something


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_stop_tells_at_once_whoever_waits_for_their_turn(tmp_path):
    told = tmp_path / "told"
    program = f"""
from pathlib import Path
from types import SimpleNamespace
def until_told(pause, sleep=time.sleep):
    while not Path({str(told)!r}).exists():
        sleep(0.05)
time = SimpleNamespace(sleep=until_told)
running._PATIENCE = 60
serve(port=0, concurrency=1)
"""
    with served(program) as page, httpx.Client(base_url=page.address) as client, ThreadPoolExecutor() as pool:
        begin(client, 0, "tell", session="first")
        going = streamed(client, "first")
        while next(going)["msg"] != "process_generating":
            pass
        waiting = []
        for name in ("second", "third", "fourth"):
            begin(client, 0, "tell", session=name)
            waiting.append(streamed(client, name))
            assert next(waiting[-1])["msg"] == "estimation"
        page.process.send_signal(signal.SIGTERM)
        for *_, done, closed in pool.map(list, waiting):  # while the first one still runs
            assert done["msg"] == "process_completed" and closed["msg"] == "close_stream"
            assert not done["success"] and done["output"]["error"] == messages.STOPPING
        told.touch()
        sent = list(going)
        assert values(sent) == PIECES[1:] and sent[-1]["msg"] == "close_stream"
        assert page.end() == 0
    assert page.noted("stopped")[0]["cut_off"] == 0


@pytest.mark.slow
@pytest.mark.enable_socket
def test_an_answer_that_takes_too_long_is_cut_off_and_a_second_signal_does_not_wait_at_all():
    for patience, signals in (("0.2", 1), ("1000", 2)):
        program = f"PAUSE = 3; running._PATIENCE = {patience}; serve(port=0)"
        with served(program) as page, httpx.Client(base_url=page.address) as client:
            begin(client, 0, "tell")
            stream = streamed(client)
            while next(stream)["msg"] != "process_generating":
                pass
            for _ in range(signals):
                page.process.send_signal(signal.SIGTERM)
                threading.Event().wait(0.5)  # the first is taken before the second comes
            assert page.end() == 0
            stream.close()
        assert page.noted("stopped")[0]["cut_off"] == 1


@pytest.mark.slow
@pytest.mark.enable_socket
def test_in_a_thread_it_serves_until_it_is_stopped_and_a_taken_port_is_one_sentence():
    program = """
server = serve(port=0, block=False)
import urllib.request
print(urllib.request.urlopen(server.url + "healthz").status)
try:
    serve(port=int(server.url.split(":")[2].strip("/")), block=False)
except Exception as error:
    print(type(error).__name__, error)
server.stop()
try:
    urllib.request.urlopen(server.url)
except OSError:
    print("stopped")
"""
    with served(program) as page:
        assert page.end() == 0
    port = page.address.split(":")[2]
    assert "\n200\n" in page.out and page.out.endswith("stopped\n")
    assert (
        f"InputError Nothing can be served on 127.0.0.1:{port}: it is taken or not to be had; choose another."
        in page.out
    )


@pytest.mark.enable_socket
def test_an_address_that_is_not_ones_own_is_refused():
    with pytest.raises(InputError, match="Nothing can be served on 192.0.2.1:80"):
        _listen("192.0.2.1", 80)
    with _listen("127.0.0.1", 0) as taken, pytest.raises(InputError, match="taken"):
        _listen(*taken.getsockname())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"root_path": "tool"}, "root path tool"),
        ({"root_path": "https:///tool"}, "root path"),
        ({"port": 70_000}, "The port"),
        ({"max_upload": 0}, "max-upload"),
        ({"concurrency": 0}, "concurrency"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options, says):
    with pytest.raises(InputError, match=says):
        Serving(**options)


def test_a_root_path_ends_in_no_slash():
    assert [Serving(root_path=path).root_path for path in ("", "/", "/tool/", "https://here.org/")] == [
        "",
        "",
        "/tool",
        "https://here.org",
    ]


@pytest.mark.parametrize(
    ("bound", "url"),
    [
        (("127.0.0.1", 80), "http://127.0.0.1:80/"),
        (("0.0.0.0", 80), "http://localhost:80/"),
        (("::", 80, 0, 0), "http://localhost:80/"),
        (("::1", 80, 0, 0), "http://[::1]:80/"),
    ],
)
def test_the_address_that_is_said_can_be_opened(bound, url):
    listener = SimpleNamespace(getsockname=lambda: bound)
    assert Server(Front(echo), listener, print).url == url


# --- what stands before the page --------------------------------------------------------------------------------------


def through(front, path, method="GET", **options):
    async def request():
        transport = httpx.ASGITransport(front)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **options)

    return asyncio.run(request())


async def echo(scope, receive, send):
    """Answer with the path that was seen."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['path']} {scope['raw_path'].decode()}".encode()})


@pytest.mark.parametrize("root", ["/tool", "https://here.org/tool"])
@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/tool", "/ /"),
        ("/tool/theme.css", "/theme.css /theme.css"),
        ("/tool/tool/theme.css", "/theme.css /theme.css"),
        ("/theme.css", "/theme.css /theme.css"),
    ],
)
def test_the_path_a_proxy_left_in_is_taken_off(root, asked, seen):
    assert through(Front(echo, root_path=root), asked).text == seen
    assert through(Front(echo, root_path=root), "/tools").status_code == 404  # it only begins like it


def test_while_it_stops_only_what_a_running_answer_needs_is_let_through():
    front = Front(echo)
    front.stopping = True
    assert through(front, "/healthz").json() == {"status": "stopping"}
    for method, path in (("POST", "/gradio_api/queue/join"), ("GET", "/"), ("PUT", "/documents/one")):
        assert through(front, path, method).status_code == 503
    for method, path in (("GET", "/gradio_api/queue/data"), ("POST", "/gradio_api/cancel")):
        assert through(front, path, method).status_code == 200


def test_requests_are_counted_while_they_run_but_not_open_pages_and_not_health():
    counts = {}

    async def look(scope, receive, send):
        counts[scope["path"]] = front.running
        if scope["path"] == "/theme.css":
            raise OSError
        await echo(scope, receive, send)

    front = Front(look)
    for path in ("/", "/gradio_api/heartbeat/one", "/gradio_api/queue/data"):
        through(front, path)
    with pytest.raises(OSError):
        through(front, "/theme.css")
    assert counts == {"/": 1, "/gradio_api/heartbeat/one": 0, "/gradio_api/queue/data": 1, "/theme.css": 1}
    assert front.running == 0


def test_one_address_has_only_so_many_requests_open_whatever_connections_they_come_by():
    async def tried():
        left = asyncio.Event()

        async def wait(scope, receive, send):
            await left.wait()
            await echo(scope, receive, send)

        front = Front(wait, most=2)

        def browser(address):
            transport = httpx.ASGITransport(front, client=(address, 1))
            return httpx.AsyncClient(transport=transport, base_url="http://localhost")

        async with browser("192.0.2.1") as one, browser("192.0.2.2") as other:
            first = [asyncio.create_task(one.get(path)) for path in ("/", "/gradio_api/heartbeat/one")]
            while len(first) > front._open["192.0.2.1"]:
                await asyncio.sleep(0)
            refused = await one.get("/")
            assert refused.status_code == 503 and refused.json() == {"detail": messages.TOO_MANY_REQUESTS}
            assert (await one.get("/healthz")).status_code == 200
            second = asyncio.create_task(other.get("/"))
            while not front._open["192.0.2.2"]:
                await asyncio.sleep(0)
            left.set()
            assert {(await done).status_code for done in [*first, second]} == {200}
        assert not front._open

    asyncio.run(tried())


# --- what stands beside the page --------------------------------------------------------------------------------------


def composed():
    """Return an application with something at /api, and what happened to that one."""
    seen = []

    @contextlib.asynccontextmanager
    async def lifespan(_):
        seen.append("started")
        yield
        seen.append("ended")

    async def ask(request):
        seen.append((request.url.path, await request.body()))
        return JSONResponse({"answered": True})

    api = Starlette(routes=[Route("/ask", ask, methods=["POST"])], lifespan=lifespan)
    page = Starlette(routes=[Route("/", lambda request: JSONResponse({"page": True}))])
    return application(page, Serving(), beside={"/api": api}), seen


def test_what_stands_beside_the_page_is_started_and_reached_behind_the_same_front():
    app, seen = composed()
    assert through(app, "/").json() == {"page": True}
    answer = through(app, "/api/ask", "POST", content=b"{}")
    assert answer.json() == {"answered": True} and {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert through(app, "/api/ask", "POST", content=b"{}", headers={"origin": "http://evil.org"}).status_code == 403
    assert through(app, "/api/ask", "POST", content=b"{}", headers={"host": "evil.org"}).status_code == 421
    assert through(app, "/apis", "POST").status_code == 404
    app.stopping = True
    assert through(app, "/api/ask", "POST", content=b"{}").status_code == 503
    assert seen == [("/api/ask", b"{}")]


def test_what_is_sent_to_it_is_bounded(monkeypatch):
    app, seen = composed()
    assert through(app, "/api/ask", "POST", content=b"x" * 8_000_001).status_code == 413
    monkeypatch.setattr(middleware, "_PATIENCE", 0.05)

    async def slowly():
        yield b"{"
        await asyncio.sleep(60)

    assert through(app, "/api/ask", "POST", content=slowly()).status_code == 408
    assert seen == []


def test_it_lives_as_long_as_the_server():
    app, seen = composed()

    async def live():
        came, sent = asyncio.Queue(), []
        await came.put({"type": "lifespan.startup"})

        async def send(message):
            sent.append(message["type"])
            if message["type"] == "lifespan.startup.complete":
                assert seen == ["started"]
                await came.put({"type": "lifespan.shutdown"})

        await app({"type": "lifespan", "state": {}}, came.get, send)
        return sent

    assert asyncio.run(live()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert seen == ["started", "ended"]


# --- the log ----------------------------------------------------------------------------------------------------------


def test_a_question_is_logged_by_what_came_of_it_and_not_by_its_text(logged):
    logs.log_asked(answer("a", "b", "a"), 0.12345, with_text=False)
    logs.log_asked(answer(), 2, with_text=False)
    logs.log_asked(InputError(f"cannot ask {QUESTION}"), 1, with_text=False)
    logs.log_asked(KeyError(QUESTION), 1, with_text=False)
    lines = logged()
    assert [(e["event"], e["outcome"], e["level"]) for e in lines] == [
        ("asked", "answered", "info"),
        ("asked", "refused", "info"),
        ("asked", "error", "info"),
        ("asked", "error", "error"),
    ]
    assert lines[0]["seconds"] == 0.123 and (lines[0]["citations"], lines[0]["documents"]) == (3, 2)
    assert lines[0]["time"].endswith("+00:00") and (lines[1]["citations"], lines[1]["documents"]) == (0, 0)
    assert lines[3]["error"] == "KeyError" and QUESTION not in json.dumps(lines)


def test_with_text_the_question_is_logged(logged):
    logs.log_asked(answer("a"), 1, with_text=True)
    assert logged()[0]["question"] == QUESTION


def test_errors_of_others_become_one_line_without_their_values(logged):
    try:
        try:
            raise KeyError(QUESTION)
        except KeyError as error:
            raise ValueError(f"cannot do {QUESTION}") from error
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n%r", QUESTION)
    logging.getLogger("uvicorn.error").info("quiet")
    try:
        raise OSError(28, "No space left on device", QUESTION)
    except OSError as error:
        logs.note("failed", error=error)
    broken, full = logged()
    assert (broken["event"], broken["logger"], broken["level"]) == ("log", "uvicorn.error", "error")
    assert broken["message"] == "Exception in ASGI application"
    assert (broken["error"], broken["cause"]) == ("ValueError", "KeyError")
    assert broken["traceback"][0].endswith("in test_errors_of_others_become_one_line_without_their_values")
    assert full["text"] == "No space left on device"
    assert QUESTION not in json.dumps([broken, full])


def test_where_questions_may_be_logged_so_may_messages():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "first\nsecond", (), (None, ValueError("why"), None))
    line = json.loads(logs.JsonFormatter(with_text=True).format(record))
    assert line["text"] == "why" and line["message"] == "first\nsecond"


def test_what_a_stranger_sends_makes_one_short_line(logged):
    logs.note("login", user="a\n{}" + "x" * 10_000)
    (line,) = logged()
    assert line["user"].startswith("a\n{}x") and len(line["user"]) == 2_000


def test_nothing_in_the_log_steers_a_terminal():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "\x9b31m \u202e \x1b[2J" + "x" * 10_000, (), None)
    line = logs.JsonFormatter().format(record)
    assert line.isascii() and line.isprintable() and len(line) < 3_000


def test_a_log_cannot_be_flooded(logged, monkeypatch):
    monkeypatch.setattr(next(h for h in logging.getLogger().handlers if h.filters).filters[0], "_most", 3)
    now = [0.0]
    monkeypatch.setattr(logging.time, "time", lambda: now[0])
    monkeypatch.setattr(logging.time, "time_ns", lambda: int(now[0] * 1e9))
    for _ in range(100):
        logs.note("page", status=200)
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logs.note("login", user="anna")
    kinds = [(line["event"], line.get("kind")) for line in logged()]
    assert kinds.count(("page", None)) == 3 and kinds.count(("log", None)) == 3 and kinds[-1] == ("login", None)
    assert [kind for event, kind in kinds if event == "left_out"] == ["page", "uvicorn.error"]
    now[0] = 61.0
    logs.note("page", status=200)
    assert logged()[-1]["event"] == "page"


def test_what_others_print_becomes_lines_without_what_was_asked(logged, monkeypatch):
    with logs.printing_logged():
        try:
            raise ValueError(f"cannot do {QUESTION}")
        except ValueError:
            traceback.print_exc()
        sys.stderr.write("half a")
        sys.stderr.write(" line: of a stranger\n\x1b[31m\n")
    lines = logged()
    said = ["Traceback (most recent call last)", "ValueError", "half a line", "\x1b[31m"]
    assert [line["text"] for line in lines] == said and {line["event"] for line in lines} == {"printed"}
    assert QUESTION not in json.dumps(lines)


def test_a_log_that_cannot_be_written_does_not_go_round_in_circles(logged):
    class Full(io.StringIO):
        written = 0

        def write(self, text):
            self.written += 1
            raise OSError(28, "No space left on device")

    handler = next(h for h in logging.getLogger().handlers if h.filters)
    full = handler.stream = Full()
    with logs.printing_logged():
        logs.note("page")
    assert full.written == 1
