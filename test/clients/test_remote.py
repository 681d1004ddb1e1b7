"""The remote notebook against a second server, by URL and key: once a Retort, once any other OpenAI-compatible server."""
import http.client
import json
import os
import re
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import RETORT

KEY = "a-key-of-its-own"
MODEL = "smollm2-135m"
# Fields that only Retort knows; a strict server answers 400 to them.
OWN_FIELDS = {"precision", "cache_prompt", "ignore_eos", "task", "trace", "parse_special"}
OWN_FACTS = ("timings", "retort", "trace")


@pytest.fixture(scope="module")
def server():
    """`retort serve` with a home of its own."""
    with tempfile.TemporaryDirectory(prefix="retort-remote-") as home:
        command = [*RETORT, "serve", "--port", "0", "--api-key", KEY, "--model", MODEL, "--precision", "int8", "--threads", "1", "--context", "1024", "--slots", "1"]
        process = subprocess.Popen(command, env={**os.environ, "RETORT_HOME": home}, stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout:
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found:
                    break
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield found.group(0), home
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def other_server(server):
    """The same models behind a server that knows OpenAI's API and nothing else."""
    upstream = server[0].removeprefix("http://")

    class Plain(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def forward(self, body=None):
            if not self.path.startswith("/v1/"):
                return self.reply(404, b'{"error": {"message": "no such route", "code": "not_found"}}')
            if body is not None and OWN_FIELDS & json.loads(body).keys():
                return self.reply(400, b'{"error": {"message": "unknown field", "code": "invalid_request"}}')
            connection = http.client.HTTPConnection(upstream, timeout=120)
            connection.request(self.command, self.path, body, {"authorization": self.headers.get("authorization", ""), "content-type": "application/json"})
            answer = connection.getresponse()
            self.send_response(answer.status)
            self.send_header("content-type", answer.getheader("content-type", "application/json"))
            self.end_headers()
            for line in answer:
                self.wfile.write(plain(line))
            connection.close()

        def reply(self, status, body):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.forward()

        def do_POST(self):
            self.forward(self.rfile.read(int(self.headers["content-length"])))

    def plain(line):
        data, text = (b"data: ", line[6:]) if line.startswith(b"data: {") else (b"", line)
        if not text.startswith(b"{"):
            return line
        value = json.loads(text)
        for fact in OWN_FACTS:
            value.pop(fact, None)
        for card in value.get("data", []):
            card.pop("retort", None)
        return data + json.dumps(value).encode() + b"\n"

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_port}/v1"
    proxy.shutdown()


def execute(monkeypatch, url, key, notebook):
    monkeypatch.setenv("RETORT_URL", url)
    monkeypatch.setenv("RETORT_API_KEY", key)
    monkeypatch.setenv("RETORT_MODEL", MODEL)
    NotebookClient(notebook, timeout=280, allow_errors=True).execute()
    return notebook


def remote_notebook(notebooks):
    return nbformat.read(notebooks / "remote.ipynb", as_version=4)


def texts(notebook):
    return "\n".join(str(output.get("text") or output.get("data", {}).get("text/plain", "")) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)


def errors(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if output.output_type == "error"]


def test_against_a_retort_by_url_and_key(monkeypatch, notebooks, server):
    url, home = server
    notebook = execute(monkeypatch, url, KEY, remote_notebook(notebooks))
    assert not errors(notebook)
    text = texts(notebook)
    assert "Connected to another server" in text and MODEL in text
    assert "answered: true" in text and "ttftKnown: true" in text
    assert KEY not in nbformat.writes(notebook) and url not in nbformat.writes(notebook)
    # The server's own audit log has the requests, and holds.
    verified = subprocess.run([*RETORT, "audit", "verify"], env={**os.environ, "RETORT_HOME": home}, capture_output=True, text=True)
    assert verified.returncode == 0 and "whole" in verified.stdout, verified.stdout
    shown = subprocess.run([*RETORT, "audit", "show", "--model", MODEL, "--status", "ok", "--json"], env={**os.environ, "RETORT_HOME": home}, capture_output=True, text=True)
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    assert len(records) >= 6
    assert all(record["generations"][0]["answer_sha256"] for record in records)


def test_against_any_other_server_says_what_it_cannot_tell(monkeypatch, notebooks, other_server):
    notebook = execute(monkeypatch, other_server, KEY, remote_notebook(notebooks))
    assert not errors(notebook)
    text = texts(notebook)
    for expected in ("memory not available", "model not available", "backend not available", "TTFT", "from a remote back end", "answered: true"):
        assert expected in text, f"{expected} in\n{text}"
    assert not re.search(r"memory 0|\bNaN\b|Infinity|undefined", text)


def test_a_wrong_key_is_refused_in_words(monkeypatch, server):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "retort", "display_name": "Retort", "language": "retort"}})
    notebook.cells = [nbformat.v4.new_code_cell("Hello")]
    (error,) = errors(execute(monkeypatch, server[0], "not-the-key", notebook))
    assert "key" in error.evalue.lower()
    assert "not-the-key" not in error.evalue
