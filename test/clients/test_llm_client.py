"""The seeds' client, unchanged but for the port, against `retort serve`; and how that ends while it answers."""
import json
import os
import subprocess
import tempfile
import threading
import time

import pytest
import requests

from conftest import RETORT
from llm_client import LLMClient, RequestsLLMClient

MODEL = "DeepSeek-R1-Distill-Qwen-1.5B"
USER = [{"role": "user", "content": "What is the capital of France?"}]
# The same words each time, and few of them.
SHORT = {"temperature": 0, "max_tokens": 24}


class Serve:
    """`retort serve` with the small model under the name that the client asks for."""

    def __init__(self, port=0):
        self.home = tempfile.TemporaryDirectory(prefix="retort-llm-client-")
        command = [*RETORT, "serve", "--port", str(port), "--api-key", "none", "--model", "smollm2-135m", "--alias", MODEL, "--precision", "int8", "--threads", "1", "--context", "1024", "--slots", "2"]
        command += ["--drain", "60", "--log-format", "json"]
        self.process = subprocess.Popen(command, env={**os.environ, "RETORT_HOME": self.home.name}, stdout=subprocess.PIPE, text=True)
        self.url = None
        for line in self.process.stdout:
            event = json.loads(line)
            self.url = event.get("url", self.url)
            if event["event"] == "ready":
                break
        else:
            raise AssertionError(f"retort serve ended with {self.process.wait()} before it was ready")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(90)
        self.home.cleanup()
        return code


@pytest.fixture(scope="module")
def server():
    serve = Serve()
    yield serve
    if serve.process.poll() is None:
        serve.stop()


@pytest.fixture(params=[LLMClient, RequestsLLMClient], ids=["openai", "requests"])
def client(request, server):
    return request.param(base_url=f"{server.url}/v1")


def test_simple_chat(client):
    assert client.simple_chat("What is the capital of France?", **SHORT).strip()


def test_system_message_changes_the_answer(client):
    plain = client.simple_chat(USER[0]["content"], **SHORT)
    assert client.simple_chat(USER[0]["content"], "You are a pirate. Answer as one.", **SHORT) not in ("", plain)


def test_streaming_says_what_the_plain_call_says(client):
    plain = client.simple_chat(USER[0]["content"], **SHORT)
    assert client.stream_chat(USER, **SHORT) == plain


# The last one: the server ends.
def test_sigterm_lets_a_running_answer_end_and_refuses_new_ones(server):
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Count."}], "stream": True, "temperature": 0, "max_tokens": 400, "ignore_eos": True}
    running = requests.post(f"{server.url}/v1/chat/completions", json=body, stream=True, timeout=120)
    lines = running.iter_lines()
    events = [next(line for line in lines if line.startswith(b"data: "))]
    server.process.terminate()
    # The signal takes its time; until then requests are taken as before.
    refused = None
    deadline = time.monotonic() + 60
    while refused is None and time.monotonic() < deadline:
        answer = requests.post(f"{server.url}/v1/chat/completions", json={**body, "stream": False, "max_tokens": 1}, timeout=60)
        refused = answer if answer.status_code == 503 else None
    assert refused is not None and refused.json()["error"]["code"] == "shutting_down"
    events += [line for line in lines if line.startswith(b"data: ")]
    assert events[-1] == b"data: [DONE]"
    finish = [json.loads(event[6:])["choices"] for event in events[:-1]]
    assert [choices[0]["finish_reason"] for choices in finish if choices and choices[0]["finish_reason"]] == ["length"]
    assert server.process.wait(60) == 0
