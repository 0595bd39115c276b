"""Logging in and out: the page, its form, the sessions, and no route open without one."""

from __future__ import annotations

import asyncio
import json
import re

import argon2
import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from calcqa import messages
from calcqa.server import login as room
from calcqa.server.app import Serving, application
from calcqa.server.auth import user_line
from calcqa.server.login import Sessions
from calcqa.server.middleware import USER
from helpers.served import PIECES, begin, served, streamed, values

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "open sesame"


def within(request):
    """Answer with who is logged in, as the application says it."""
    return PlainTextResponse(f"within as {request.scope.get(USER)}")


@pytest.fixture
def users(tmp_path):
    path = tmp_path / "users"
    path.write_text("".join(f"{name}:{CHEAP.hash(SECRET)}\n" for name in ("anna", "ben")), encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def app(users):
    return made(users)


def made(users, **options):
    page = Starlette(routes=[Route("/{path:path}", within, methods=["GET", "POST", "PUT"])])
    return application(page, Serving(auth=users, **options))


def over(app, talk, scheme="http", client=("192.0.2.1", 1)):
    """Have `talk` talk to an application as a browser that keeps cookies."""

    async def run():
        transport = httpx.ASGITransport(app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://localhost") as browser:
            return await talk(browser)

    return asyncio.run(run())


def once(app, method, path, scheme="http", **options):
    return over(app, lambda browser: browser.request(method, path, **options), scheme)


def form(password=SECRET, name="anna", **more):
    return {"data": {"username": name, "password": password, **more}}


# --- the gate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("HEAD", "/login", 200),
        ("GET", "/healthz", 200),
        ("GET", "/favicon.ico", 200),
        ("GET", "/robots.txt", 200),
        ("GET", "/", 303),
        ("HEAD", "/", 303),
        ("GET", "/logout", 303),
        ("GET", "/assets/index.js", 401),
        ("GET", "/theme.css", 401),
        ("GET", "/gradio_api/heartbeat/one", 401),
        ("GET", "/gradio_api/queue/data", 401),
        ("POST", "/gradio_api/queue/join", 401),
        ("POST", "/gradio_api/cancel", 401),
        ("PUT", "/documents/one", 401),
        ("POST", "/", 404),
        ("GET", "/anything", 404),
        ("POST", "/login/", 404),
    ],
)
def test_without_a_session_only_the_log_in_page_is_open(app, method, path, status):
    answer = once(app, method, path)
    assert answer.status_code == status
    if status == 303:
        assert answer.headers["location"] == "/login" and answer.headers["cache-control"] == "no-store"


def test_what_is_mounted_is_told_who_is_logged_in(app):
    async def talk(browser):
        assert (await browser.post("/login", **form(name=" ben "))).status_code == 303
        return (await browser.get("/")).text, (await browser.post("/gradio_api/queue/join")).text

    assert over(app, talk) == ("within as ben", "within as ben")


def test_only_a_token_of_this_server_opens_anything(app, users):
    entered = once(app, "POST", "/login", **form())
    name, token = re.match(r"(calcqa-[0-9a-f]{8})=([\w-]{43});", entered.headers["set-cookie"]).groups()

    async def tried(name, token):
        return (await app_get(app, {name: token})).status_code

    async def app_get(app, cookies):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies) as browser:
            return await browser.get("/theme.css")

    assert asyncio.run(tried(name, token)) == 200
    for other in ((name, token[:-1]), (name, ""), ("calcqa", token), ("access-token-x", token)):
        assert asyncio.run(tried(*other)) == 401
    assert asyncio.run(app_get(made(users), {name: token})).status_code == 401  # another server, or after a restart


# --- the page and its form --------------------------------------------------------------------------------------------


def test_the_page_is_whole_by_itself_and_tells_nothing():
    shown = room._page()
    text = shown.body.decode()
    assert messages.LOGIN in text and messages.NOTICE in text and messages.LOG_IN in text
    assert "<script" not in text and "src=" not in text and "url(" not in text and "http" not in text
    assert shown.headers["cache-control"] == "no-store"
    assert "prefers-color-scheme: dark" in text and text.count("--q-page:") == 2
    assert '<form method="post"><' in text  # to where it stands


def test_a_name_is_shown_again_as_text_and_a_password_is_not(app):
    shown = once(app, "POST", "/login", **form("hunter twelve", '"><script>alert(1)</script>'))
    assert shown.status_code == 400 and messages.WRONG_LOGIN in shown.text
    assert "<script>" not in shown.text and "&lt;script&gt;" in shown.text
    assert "hunter" not in shown.text and "set-cookie" not in shown.headers


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, {"json": {"username": "anna", "password": SECRET}}),
        (400, {"files": {"username": (None, "anna"), "password": (None, SECRET)}}),
        (400, {"data": {"username": "anna"}}),
        (400, {"data": {"username": ["anna", "ben"], "password": SECRET}}),
        (400, {"data": {str(n): "x" for n in range(20)}}),
        (400, {"content": "username=änna", "headers": {"content-type": "application/x-www-form-urlencoded"}}),
        (
            400,
            {"content": b"username=a&password=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        ),
        (413, form("x" * 20_000)),
        (413, {"content": b"x" * 20_000, "headers": {"content-length": "50"}}),  # whatever it says of itself
        (413, {"content": b"x" * 20_000, "headers": {"transfer-encoding": "chunked"}}),
        (403, form() | {"headers": {"origin": "http://evil.example.org"}}),
        (403, form() | {"headers": {"origin": "null"}}),
    ],
)
def test_what_the_page_does_not_send_lets_nobody_in(app, status, sent):
    answer = once(app, "POST", "/login", **sent)
    assert answer.status_code == status and "set-cookie" not in answer.headers
    assert (messages.OTHER_SITE if status == 403 else messages.TOO_LONG) in answer.text


def test_after_five_failures_the_page_says_how_long_to_wait(app):
    async def talk(browser):
        for _ in range(5):
            assert (await browser.post("/login", **form("wrong"))).status_code == 400
        return await browser.post("/login", **form())

    refused = over(app, talk)
    seconds = refused.headers["Retry-After"]
    assert refused.status_code == 429 and messages.TOO_MANY.format(seconds=seconds) in refused.text
    assert over(app, lambda b: b.post("/login", **form()), client=("192.0.2.2", 1)).status_code == 303


@pytest.mark.parametrize(
    ("root", "scheme", "secure", "to"),
    [
        ("", "http", False, "/"),
        ("", "https", True, "/"),
        ("/tool", "http", False, "/tool/"),
        ("http://reports.example.org/tool", "http", False, "/tool/"),
        ("https://reports.example.org/tool", "http", True, "/tool/"),
    ],
)
def test_the_cookie_has_the_flags_a_session_needs(users, root, scheme, secure, to):
    entered = once(made(users, root_path=root), "POST", "/login", scheme, **form())
    assert entered.status_code == 303 and entered.headers["location"] == to
    _, *flags = entered.headers["set-cookie"].lower().split("; ")
    assert sorted(flags) == sorted(["httponly", "path=/", "samesite=lax", *(["secure"] if secure else [])])


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_who_logs_out_is_out_everywhere_and_nobody_else_is(app):
    async def talk(_):
        transport = httpx.ASGITransport(app)
        browsers = [httpx.AsyncClient(transport=transport, base_url="http://localhost") for _ in range(3)]
        for browser, name in zip(browsers, ("anna", "anna", "ben"), strict=True):
            await browser.post("/login", **form(name=name))
        assert (await browsers[0].get("/login")).headers["location"] == "/"
        left = await browsers[0].get("/logout")
        assert left.headers["location"] == "/login" and "max-age=0" in left.headers["set-cookie"].lower()
        return [(await browser.get("/theme.css")).status_code for browser in browsers]

    assert over(app, talk) == [401, 401, 200]


@pytest.mark.parametrize(
    ("led", "status"), [("cross-site", 200), ("same-site", 200), ("same-origin", 401), ("none", 401)]
)
def test_a_link_on_another_site_logs_nobody_out(app, led, status):
    async def talk(browser):
        await browser.post("/login", **form())
        await browser.get("/logout", headers={"sec-fetch-site": led})
        return (await browser.get("/theme.css")).status_code

    assert over(app, talk) == status


def test_a_session_is_over_when_it_was_not_used_for_a_week(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    sessions = Sessions()
    token = sessions.begin("anna")
    for _ in range(3):
        now[0] += 6 * 86_400
        assert sessions.user(token) == "anna"
    now[0] += 8 * 86_400
    assert sessions.user(token) is None
    sessions.begin("ben")
    assert len(sessions._sessions) == 1  # what is over takes no room


def test_one_user_has_so_many_sessions_and_those_of_others_stay(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    sessions = Sessions()
    other, first, second = (sessions.begin(name) for name in ("ben", "anna", "anna"))
    now[0] = 1.0
    assert sessions.user(first) == "anna"
    for _ in range(room._MOST - 1):
        sessions.begin("anna")
    assert sessions.user(second) is None  # not used for longest
    assert sessions.user(first) == "anna" and sessions.user(other) == "ben"


# --- the real server --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("access") / "users"
    path.write_text("\n".join(user_line(name, SECRET) for name in ("anna", "ben")), encoding="utf-8")
    path.chmod(0o600)
    program = f"from pathlib import Path; serve(port=0, root_path='/tool', auth=Path({str(path)!r}))"
    with served(program) as page:
        yield page


def enter(client, password=SECRET, name="anna", **headers):
    return client.post("/login", **form(password, name), headers=headers)


@pytest.mark.slow
@pytest.mark.enable_socket
def test_nobody_reaches_the_session_of_another_user(page):
    with httpx.Client(base_url=page.address) as anna, httpx.Client(base_url=page.address) as ben:
        enter(anna)
        enter(ben, name="ben")
        begin(anna, 0, "tell", session="annas")
        with pytest.raises(httpx.HTTPStatusError, match="403"):
            begin(ben, 0, "tell", session="annas")
        with pytest.raises(httpx.HTTPStatusError, match="403"):
            list(streamed(ben, "annas"))
        assert values(list(streamed(anna, "annas"))) == PIECES


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.parametrize("root", ["", "/tool"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/heartbeat/one"),
        ("GET", "/gradio_api/queue/data?session_hash=one"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/cancel"),
        ("PUT", "/documents/one"),
        ("GET", "/assets/index.js"),
    ],
)
def test_every_route_is_closed_without_a_session(page, method, path, root):
    assert httpx.request(method, f"{page.address}{root}{path}").status_code == 401


@pytest.mark.slow
@pytest.mark.enable_socket
def test_health_and_the_log_in_page_are_open_and_tell_nothing_of_the_page(page):
    assert httpx.get(f"{page.address}/healthz").json()["status"] == "ok"
    shown = httpx.get(f"{page.address}/tool/", follow_redirects=True)
    assert shown.status_code == 200 and str(shown.url) == f"{page.address}/tool/login"
    assert messages.LOGIN in shown.text and "A small page" not in shown.text and "gradio" not in shown.text


@pytest.mark.slow
@pytest.mark.enable_socket
def test_who_logs_in_is_answered_and_who_logs_out_is_not(page):
    for root in ("", "/tool"):
        with httpx.Client(base_url=page.address + root) as client:
            assert enter(client).status_code == 303
            shown = client.get("/").text
            config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", shown)[1])
            assert "A small page" in shown and client.get("/config").status_code == 404
            assert config["username"] == "anna" and config["root"] == f"{page.address}/tool"
            session = f"logged-in{root.replace('/', '-')}"
            begin(client, 0, "tell", session=session)
            assert values(list(streamed(client, session))) == PIECES
            client.get("/logout")
            assert client.get("/gradio_api/queue/data", params={"session_hash": session}).status_code == 401


@pytest.mark.slow
@pytest.mark.enable_socket
def test_gradios_own_log_in_is_not_there(page):
    with httpx.Client(base_url=page.address) as client:
        enter(client)
        for path in ("/login/", "/gradio_api/token", "/gradio_api/user", "/gradio_api/login_check"):
            assert client.get(path).status_code == client.post(path).status_code == 404, path
        assert "access-token" not in " ".join(client.cookies)


@pytest.mark.slow
@pytest.mark.enable_socket
def test_behind_a_proxy_cookies_are_secure_and_attempts_are_counted_by_the_client(page):
    with httpx.Client(base_url=page.address) as client:
        one, other = ({"X-Forwarded-For": f"198.51.100.{n}", "X-Forwarded-Proto": "https"} for n in (1, 2))
        for _ in range(5):
            assert enter(client, "wrong", **one).status_code == 400
        refused = enter(client, **one)
        assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 300
        assert "Too many failed attempts" in refused.text
        assert client.post("/tool/login", **form(), headers=one).status_code == 429
        entered = enter(client, **other)
        assert entered.status_code == 303 and "; Secure" in entered.headers["set-cookie"]
