"""Which routes answer, the names of the server, and requests from other sites' pages."""

import asyncio
import json
import subprocess
import sys
from types import SimpleNamespace

import httpx
import pytest

from calcqa import messages
from calcqa.server.middleware import Front
from calcqa.server.routes import Names, answers

LET_IN = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/theme.css"),
    ("GET", "/favicon.ico"),
    ("GET", "/robots.txt"),
    ("GET", "/assets/x"),
    ("GET", "/static/x"),
    ("GET", "/gradio_api/heartbeat/x"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/login"),
    ("GET", "/logout"),
}
"""Of all routes that Gradio has, those that answer. Whoever adds one says here why it is safe.

The last two are the application's own, which come before Gradio's (`test_login.py` holds that).
"""


ROUTES = """
import json, re
import gradio as gr
from fastapi import FastAPI
with gr.Blocks(analytics_enabled=False) as blocks:
    gr.Textbox()
app = FastAPI()
gr.mount_gradio_app(app, blocks, "/", ssr_mode=False)
waiting, found = [app.routes[-1].app], set()
while waiting:  # routes stand in routers within the application
    one = waiting.pop()
    waiting += getattr(one, "routes", None) or getattr(getattr(one, "original_router", None), "routes", [])
    found |= {(method, re.sub("{[^}]*}", "x", one.path)) for method in getattr(one, "methods", None) or ()}
print(json.dumps(sorted(found)))
"""


def every_route():
    """Return method and path of each route of Gradio's application, its parameters filled."""
    # A process of its own: Gradio leaves event loops behind.
    done = subprocess.run([sys.executable, "-c", ROUTES], capture_output=True, text=True, timeout=120, check=True)
    return {tuple(route) for route in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.slow
def test_of_gradios_routes_only_those_the_page_needs_can_be_reached():
    every = every_route()
    assert {route for route in every if answers(*route)} == LET_IN & every
    for risky in ("deep_link", "file=x", "proxy=x", "upload", "call/x", "run/x", "stream/x", "component_server"):
        there = [path for _, path in every if path == f"/gradio_api/{risky}"]
        assert there, f"Gradio has no route {risky} any more: is it called something else?"
    assert len(every) > 60


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/config"),
        ("GET", "/manifest.json"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/queue/data/"),
        ("DELETE", "/"),
        ("OPTIONS", "/gradio_api/queue/join"),
        ("GET", "/assets/../config"),
        ("GET", "/static/..\\config"),
        ("GET", "/assets/a\0b"),
        ("PUT", "/documents/"),
        ("PUT", "/documents/a/b"),
        ("POST", "/documents/a"),
        ("GET", "/documents/a"),
        ("HEAD", "/gradio_api/heartbeat/x"),
        ("GET", "/gradio_api/heartbeat/a/b"),
        ("GET", "//config"),
        ("POST", "/login/"),
        ("GET", "/login/x"),
        ("POST", "/logout"),
        ("GET", "/gradio_api/token"),
        ("GET", "/gradio_api/user"),
        ("GET", "/gradio_api/login_check"),
        ("GET", "/api/x"),
        ("GET", "/healthz/x"),
    ],
)
def test_whatever_is_not_listed_is_not_there(method, path):
    assert not answers(method, path)


def test_our_own_routes_answer():
    for method, path in (("GET", "/healthz"), ("PUT", "/documents/ticket"), ("GET", "/login"), ("HEAD", "/login")):
        assert answers(method, path)


def test_what_stands_beside_the_page_answers_below_its_path_and_nowhere_else():
    for path in ("/api", "/api/", "/api/ask/x"):
        assert answers("DELETE", path, ["/api"])
    for path in ("/apis", "/api/../config", "/mcp"):
        assert not answers("GET", path, ["/api"])


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:7860", "127.0.0.1:1", "10.1.2.3", "[::1]:7860", "reports.example.org:8443"]
)
def test_the_servers_own_names(host):
    assert Names(["reports.example.org"]).serves(host)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example.org", "localhost.evil.org", "127.0.0.1.evil.org", "localhost:x", "a b", "localhost, evil"],
)
def test_other_names_are_not_served_unless_every_name_is(host):
    assert not Names(["reports.example.org"]).serves(host)
    assert Names(["*"]).serves("evil.example.org")


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://localhost:7860", True),
        ("https://reports.example.org", True),  # given, whatever Host a proxy makes of it
        ("https://reports.example.org:9999", False),  # another program there
        ("http://localhost:3000", False),  # another program on this machine
        ("http://127.0.0.1:7860", False),
        ("http://evil.example.org", False),
        ("null", False),
        ("", False),
        ("file://localhost:7860", False),
        ("http://[", False),
    ],
)
def test_a_page_from_here_and_that_of_another_site(origin, own):
    assert Names(["reports.example.org"]).own_page(origin, ["localhost:7860"]) is own


def test_where_it_listens_is_a_name_but_no_page_of_its_own():
    names = Names(["reports.example.org:8443"], "10.0.0.7")
    assert names.serves("10.0.0.7") and names.serves("reports.example.org")
    assert not names.own_page("http://10.0.0.7:9999", ["10.0.0.7:7860"])
    assert names.own_page("https://reports.example.org:8443", ["127.0.0.1:7860"])


def test_where_nobody_logs_in_there_is_no_log_in():
    async def app(scope, receive, send):
        raise AssertionError(scope["path"])

    async def tried():
        front = Front(app, login=False)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://localhost") as client:
            for method, path in (("POST", "/login"), ("GET", "/login"), ("GET", "/logout")):
                assert (await client.request(method, path, content=b"x")).status_code == 404
            assert (await client.get("/healthz", headers={"host": ""})).status_code == 200

    asyncio.run(tried())


def test_the_usual_port_need_not_be_given():
    names = Names()
    assert names.own_page("http://10.0.0.1", ["10.0.0.1:80"]) and names.own_page("https://10.0.0.1:443", ["10.0.0.1"])


def ask(method, path, **headers):
    """Return what a front answers, and the headers of the request that came through, None where it did not."""
    through = []

    async def app(scope, receive, send):
        through.append(dict(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"within"})

    async def request():
        front = Front(app, names=Names(["reports.example.org"]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://localhost:7860") as client:
            return await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    response = asyncio.run(request())
    return SimpleNamespace(status=response.status_code, said=response.text, seen=through[0] if through else None)


def test_another_sites_page_cannot_send_anything_and_is_never_named_as_welcome():
    refused = ask("POST", "/gradio_api/queue/join", origin="http://evil.example.org")
    assert (refused.status, refused.seen) == (403, None) and messages.OTHER_SITE in refused.said
    own = ask("POST", "/gradio_api/queue/join", origin="http://localhost:7860", x_gradio_server="http://evil")
    assert own.status == 200 and not {b"origin", b"x-gradio-server"} & set(own.seen)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"host": "evil.example.org"}, "evil.example.org"),
        ({"x_forwarded_host": "evil.example.org"}, "evil.example.org"),
        ({"x_forwarded_host": "reports.example.org, evil.example.org"}, "evil.example.org"),
    ],
)
def test_a_name_that_is_not_the_servers_is_turned_away_and_says_what_mends_it(headers, name):
    refused = ask("GET", "/", **headers)
    assert (refused.status, refused.seen) == (421, None)
    assert name in refused.said and "--allow-host" in refused.said
    assert ask("GET", "/", x_forwarded_host="reports.example.org").status == 200


def test_what_is_not_there_never_reaches_gradio():
    refused = ask("GET", "/config")
    assert (refused.status, refused.seen) == (404, None) and messages.NO_ROUTE in refused.said
