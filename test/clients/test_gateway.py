"""Jupyter Kernel Gateway: the kernel behind REST and WebSocket, as on a remote machine."""
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import pytest
import websocket


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def gateway():
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "kernelgateway", f"--KernelGatewayApp.port={port}", "--KernelGatewayApp.ip=127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{base}/api", timeout=2).read()
            break
        except (urllib.error.URLError, OSError):
            assert process.poll() is None and time.monotonic() < deadline, "the gateway did not start"
            time.sleep(0.2)
    yield base
    process.terminate()
    process.wait(20)


def call(base, method, path, body=None):
    request = urllib.request.Request(base + path, method=method, data=None if body is None else json.dumps(body).encode())
    answer = urllib.request.urlopen(request, timeout=60).read()
    return json.loads(answer) if answer else None


@pytest.fixture
def kernel(gateway):
    kernel_id = call(gateway, "POST", "/api/kernels", {"name": "retort"})["id"]
    socket_url = gateway.replace("http", "ws") + f"/api/kernels/{kernel_id}/channels"
    connection = websocket.create_connection(socket_url, timeout=60)
    yield gateway, kernel_id, connection
    connection.close()
    call(gateway, "DELETE", f"/api/kernels/{kernel_id}")


def execute(connection, code):
    """Sends a cell and reads until its idle. Returns the messages that belong to it."""
    header = {"msg_id": uuid.uuid4().hex, "username": "t", "session": "s", "msg_type": "execute_request", "version": "5.3", "date": ""}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    connection.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}))
    messages, reply, idle = [], False, False
    while not (reply and idle):
        message = json.loads(connection.recv())
        if message["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        messages.append(message)
        reply = reply or message["msg_type"] == "execute_reply"
        idle = idle or (message["msg_type"] == "status" and message["content"]["execution_state"] == "idle")
    return messages


def test_ten_thousand_pieces_of_output_arrive_whole(kernel):
    _, _, connection = kernel
    messages = execute(connection, "%%js\nfor (let i = 0; i < 10000; i++) { console.log('token' + i); if (i % 100 === 0) await sleep(1) }")
    text = "".join(message["content"]["text"] for message in messages if message["msg_type"] == "stream")
    assert text.split() == [f"token{i}" for i in range(10000)]


def test_interrupt_over_rest(kernel):
    base, kernel_id, connection = kernel
    header = {"msg_id": uuid.uuid4().hex, "username": "t", "session": "s", "msg_type": "execute_request", "version": "5.3", "date": ""}
    content = {"code": "%%js\nconsole.log('begun'); await sleep(60000)", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    connection.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}))
    while json.loads(connection.recv())["msg_type"] != "stream":
        pass
    call(base, "POST", f"/api/kernels/{kernel_id}/interrupt")
    while True:
        message = json.loads(connection.recv())
        if message["msg_type"] == "execute_reply" and message["parent_header"]["msg_id"] == header["msg_id"]:
            break
    assert message["content"]["status"] == "error"
    assert message["content"]["ename"] == "KeyboardInterrupt"


def test_restart_forgets_names(kernel):
    base, kernel_id, connection = kernel
    execute(connection, "%%vars\nkept: 1")
    call(base, "POST", f"/api/kernels/{kernel_id}/restart")
    reconnected = websocket.create_connection(base.replace("http", "ws") + f"/api/kernels/{kernel_id}/channels", timeout=60)
    messages = execute(reconnected, "%%js\ntypeof vars.kept")
    reconnected.close()
    (result,) = [message for message in messages if message["msg_type"] == "execute_result"]
    assert result["content"]["data"]["text/plain"] == "'undefined'"
