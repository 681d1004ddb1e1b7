"""The seeds' client, wholly unchanged: `LLMClient()` against port 8000 of this machine."""
import socket

import pytest

from llm_client import LLMClient, RequestsLLMClient
from test_llm_client import SHORT, USER, Serve

PORT = 8000


@pytest.fixture(scope="module", autouse=True)
def server():
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            pytest.fail(f"Another program listens on port {PORT} of this machine; this test needs that very port. End it and try again.")
    serve = Serve(PORT)
    yield serve
    assert serve.stop() == 0


@pytest.mark.parametrize("kind", [LLMClient, RequestsLLMClient])
def test_simple_streaming_and_system_message(kind):
    client = kind()
    plain = client.simple_chat(USER[0]["content"], **SHORT)
    assert plain.strip()
    assert client.stream_chat(USER, **SHORT) == plain
    assert client.simple_chat(USER[0]["content"], "You are a pirate. Answer as one.", **SHORT).strip()
