"""A client that sends what no page would, against the server as it runs: nothing is read, written or frozen."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from calcqa import messages
from calcqa.config import cache_dir
from helpers.chromium import SERVE, serving, test_index

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.enable_socket, pytest.mark.timeout(900)]

SECRET = "the secret of the file system"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder of everything that the server may write, with a secret and other traps beside it."""
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def traps(place):
    """Paths and addresses that a forged event names: a secret, a way up, a device, a pipe, a link, a folder, URLs."""
    folder = place / "traps"
    folder.mkdir()
    (folder / "secret.md").write_text(f"# Secret\n\nThis is {SECRET}.\n", encoding="utf-8")
    (folder / "link.md").symlink_to(folder / "secret.md")
    os.mkfifo(folder / "pipe.md")
    up = os.path.relpath(folder / "secret.md")
    with socket.create_server(("127.0.0.1", 0)) as listener:  # never answered
        web = f"http://127.0.0.1:{listener.getsockname()[1]}/x.md"
        files = ("secret.md", "link.md", "pipe.md")
        yield [*(str(folder / f) for f in files), str(folder), up, "/dev/zero", "/etc/shadow", web, f"file://{folder}"]
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody ever connected to it
            listener.accept()


@pytest.fixture(scope="module")
def server(place):
    """The page as it runs, with the folders for temporary files of its own."""
    (place / "tmp").mkdir()
    before = {name: os.environ.get(name) for name in ("TMPDIR", "GRADIO_TEMP_DIR")}
    os.environ |= dict.fromkeys(before, str(place / "tmp"))
    try:
        with serving(test_index(), concurrency=2) as address, httpx.Client(base_url=address, timeout=20) as client:
            yield client
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="module")
def page(server):
    """What the page says of its components and events."""
    return json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", server.get("/").text)[1])


def census(place):
    return sorted(str(p) for p in place.rglob("*"))


def alive(server):
    """Say whether the server still answers, and soon: a frozen one never would."""
    return server.get("/healthz", timeout=5).json()["status"] == "ok"


def forms(path):
    """Yield the ways to say that something is a file of this machine."""
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    yield from (file, [file], {"path": path}, [path], {"value": file}, {"files": [file], "text": ""})
    yield {"path": path, "url": path, "orig_name": "x.md", "size": 5, "mime_type": "text/plain", **file}


def test_no_component_takes_file_data(server, page, place, traps):
    before, refused = census(place), 0
    assert {c["type"] for c in page["components"]}.isdisjoint({"file", "uploadbutton", "image", "audio", "video"})
    for event in page["dependencies"]:
        for path in traps:
            for n, form in enumerate(forms(path)):
                width = max(1, len(event["inputs"]))
                for at in range(width + 1):  # in place of each input, and one too many
                    data = [None] * width
                    data[at:at] = [form]
                    body = {"fn_index": event["id"], "data": data, "session_hash": f"forger{n}", "event_data": None}
                    answer = server.post("/gradio_api/queue/join", json=body)
                    assert answer.status_code == 400 and answer.json() == {"detail": messages.NO_EVENT}
                    refused += 1
                body["data"], body["event_data"] = [None], {"do": "add", "files": form, "deeper": [[form]]}
                if '"path"' in json.dumps(form):
                    answer = server.post("/gradio_api/queue/join", json=body)
                    assert answer.status_code == 400 and answer.json() == {"detail": messages.NO_EVENT}
        assert alive(server)
    assert refused > 200
    assert census(place) == before


def said(server, page, session, data):
    """Return all that the page is told after its wire carried `data`."""
    (event,) = [d["id"] for d in page["dependencies"] if [t[1] for t in d["targets"]] == ["act"]]
    body = {"fn_index": event, "data": [None], "session_hash": session, "event_data": data}
    server.post("/gradio_api/queue/join", json=body).raise_for_status()
    lines = server.get("/gradio_api/queue/data", params={"session_hash": session}).text.splitlines()
    found = {}
    for message in (json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:")):
        if message["msg"] in ("process_generating", "process_completed"):
            value = message["output"]["data"][0]
            value = value if isinstance(value, str) else value and value[0][2]
            if isinstance(value, str) and value.startswith("{"):
                found |= {name: content for name, (_, content) in json.loads(value)["said"].items()}
    return found


def send(server, page, session, name, content, **more):
    """Send a file as the page does; return its ticket."""
    chosen = {"do": "choose", "files": [{"name": name, "size": len(content), **more}]}
    (ticket,) = said(server, page, session, chosen)["upload"]
    assert server.put(f"/documents/{ticket}", content=content).status_code == 204
    return ticket


def test_a_document_is_added_by_its_ticket_and_by_nothing_else(server, page, place, traps):
    before = census(place)
    theirs = send(server, page, "theirs", "toe.md", b"# Toe\n\nThe toe healed within nine days.\n")
    for ids in [*([path] for path in traps), [theirs], [theirs, traps[0]], [None], [{"name": traps[0]}]]:
        told = said(server, page, "mine", {"do": "add", "ids": ids})
        assert messages.ONLY_SENT in told["problem"] and "Toe" not in json.dumps(told), ids
    for name in traps:  # a name is only a name
        ticket = send(server, page, "mine", name, b"# Knee\n\nThe knee healed in ten days.\n", url=name)
        told = said(server, page, "mine", {"do": "add", "ids": [ticket]})
        assert SECRET not in json.dumps(told)
        assert alive(server)
    ticket = send(server, page, "mine", "knee.md", b"# Knee\n\nThe knee healed in ten days.\n")
    assert "Knee" in json.dumps([told, said(server, page, "mine", {"do": "add", "ids": [ticket]})])
    assert "Toe" in said(server, page, "theirs", {"do": "add", "ids": [theirs]})["library"]
    assert census(place) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/config?deep_link=x"),
        ("GET", "/gradio_api/deep_link?session_hash=x"),
        ("GET", "/gradio_api/file={}"),
        ("GET", "/gradio_api/file/{}"),
        ("GET", "/gradio_api/proxy={}"),
        ("GET", "/static/../../../../../../../..{}"),
        ("GET", "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e{}"),
        ("GET", "/static/%2f..%2f..{}"),
        ("GET", "/assets/{}"),
        ("GET", "/svelte/{}"),
        ("GET", "/gradio_api/custom_component/x/client/component/{}"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/login"),
        ("POST", "/gradio_api/call/x"),
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/component_server/"),
        ("POST", "/gradio_api/stream/x"),
        ("GET", "/gradio_api/info"),
        ("GET", "/manifest.json"),
        ("GET", "/monitoring/summary"),
    ],
)
def test_no_address_leads_to_a_file(server, place, traps, method, path):
    before = census(place)
    for trap in [*traps[:1], "/etc/passwd", "http://127.0.0.1:1/"]:
        answer = server.request(method, path.format(trap))
        assert answer.status_code in (400, 403, 404) and SECRET not in answer.text and "root:" not in answer.text
    assert alive(server) and census(place) == before


def test_an_unknown_event_and_one_of_odd_numbers_do_no_harm(server):
    for index in (99, -1, 2**63, None):
        body = {"fn_index": index, "data": [None], "session_hash": "odd", "event_data": None}
        answer = server.post("/gradio_api/queue/join", json=body)
        assert answer.status_code == 400 and answer.json() == {"detail": messages.NO_EVENT}
    assert alive(server)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_what_is_added_stays_when_uploads_break_off_or_the_server_is_killed(tmp_path, end):
    folders = {"TMPDIR": "tmp", "GRADIO_TEMP_DIR": "tmp", "HOME": "home", "XDG_CACHE_HOME": "home"}
    (tmp_path / "tmp").mkdir()
    (tmp_path / "home").mkdir()
    environment = os.environ | {name: str(tmp_path / folder) for name, folder in folders.items()}
    environment |= {
        "CALCQA_CACHE": str(cache_dir()),
        "MPLCONFIGDIR": str(cache_dir() / "matplotlib"),
    }  # as `calcqa` does
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    given = json.dumps({"index": str(test_index()), "port": port})
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, given], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    lines = [socket.socket() for _ in range(3)]
    try:
        while messages.SERVING.encode() not in process.stdout.readline():
            assert process.poll() is None
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/", timeout=20) as client:
            page = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", client.get("/").text)[1])
            before = census(tmp_path)
            chosen = {"do": "choose", "files": [{"name": f"{n}.md", "size": 1_000_000} for n in range(3)]}
            tickets = said(client, page, "mine", chosen)["upload"]
            for ticket, line in zip(tickets, lines, strict=True):  # half of it, then no more, or the line is cut
                line.connect(("127.0.0.1", port))
                head = f"PUT /documents/{ticket} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
                line.sendall(head.encode() + b"x" * 500_000)
                if ticket != tickets[0]:
                    line.shutdown(socket.SHUT_RDWR)
            long = b"# Long\n\n" + b"The wound healed within nine days, and nothing else was seen. " * 2_000
            ticket = send(client, page, "yours", "long.md", long)
            (event,) = [d["id"] for d in page["dependencies"] if [t[1] for t in d["targets"]] == ["act"]]
            adding = {"do": "add", "ids": [ticket]}
            body = {"fn_index": event, "data": [None], "session_hash": "yours", "event_data": adding}
            client.post("/gradio_api/queue/join", json=body).raise_for_status()
            time.sleep(2)  # while it is being read or encoded
            assert census(tmp_path) == before
            process.send_signal(end)
            process.wait(timeout=60)
    finally:
        process.kill()
        process.wait(timeout=60)
        for held in (process.stdout, *lines):
            held.close()
    assert census(tmp_path) == before
