"""Start, round trip and output of Jupyter kernels over raw ZeroMQ, kernels in turn. Prints one JSON object.

Raw sockets, because a client library's own polling would hide the differences.
Usage: kernel_round_trip.py ROUNDS '{"name": {"argv": [...], "noop": "...", "flood": "..."}, ...}'
"""
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

NOOPS = 300
FLOOD = 10_000


class Kernel:
    def __init__(self, context, argv):
        self.folder = tempfile.TemporaryDirectory()
        path, info = write_connection_file(os.path.join(self.folder.name, "kernel.json"), key=uuid.uuid4().hex.encode())
        self.session = Session(key=info["key"].encode())
        self.started = time.perf_counter()
        self.process = subprocess.Popen([path if word == "{connection_file}" else word for word in argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.shell = self.connect(context, zmq.DEALER, info["shell_port"])
        self.control = self.connect(context, zmq.DEALER, info["control_port"])
        self.iopub = self.connect(context, zmq.SUB, info["iopub_port"])
        self.iopub.setsockopt(zmq.SUBSCRIBE, b"")

    def connect(self, context, kind, port):
        connection = context.socket(kind)
        connection.setsockopt(zmq.RECONNECT_IVL, 2)
        connection.setsockopt(zmq.LINGER, 0)
        connection.setsockopt(zmq.RCVHWM, 0)
        connection.connect(f"tcp://127.0.0.1:{port}")
        return connection

    def ask(self, socket, kind, content):
        message = self.session.msg(kind, content)
        self.session.send(socket, message)
        return message["header"]["msg_id"]

    def receive(self, socket, timeout=60):
        if not socket.poll(timeout * 1000):
            raise TimeoutError("the kernel said nothing")
        _, frames = self.session.feed_identities(socket.recv_multipart())
        return self.session.deserialize(frames)

    def wait_ready(self):
        asked = self.ask(self.shell, "kernel_info_request", {})
        while self.receive(self.shell)["parent_header"].get("msg_id") != asked:
            pass
        ready = (time.perf_counter() - self.started) * 1000
        # The subscription is there once a request's idle arrives.
        while True:
            asked = self.ask(self.shell, "kernel_info_request", {})
            while self.receive(self.shell)["parent_header"].get("msg_id") != asked:
                pass
            if self.iopub.poll(200):
                break
        while self.iopub.poll(100):
            self.iopub.recv_multipart()
        return ready

    def execute(self, code):
        """Milliseconds to idle, messages, and stream text before and after idle."""
        begun = time.perf_counter()
        asked = self.ask(self.shell, "execute_request", {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True})
        text = []
        while True:
            message = self.receive(self.iopub)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "stream":
                text.append(message["content"]["text"])
            if message["msg_type"] == "error":
                raise RuntimeError(str(message["content"]))
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        while self.receive(self.shell)["parent_header"].get("msg_id") != asked:
            pass
        return (time.perf_counter() - begun) * 1000, "".join(text)

    def late_text(self):
        late = []
        while self.iopub.poll(300):
            _, frames = self.session.feed_identities(self.iopub.recv_multipart())
            message = self.session.deserialize(frames)
            if message["msg_type"] == "stream":
                late.append(message["content"]["text"])
        return "".join(late)

    def end(self):
        self.ask(self.control, "shutdown_request", {"restart": False})
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for connection in (self.shell, self.control, self.iopub):
            connection.close()
        self.folder.cleanup()


def main():
    rounds, specs = int(sys.argv[1]), json.loads(sys.argv[2])
    context = zmq.Context()
    results = {name: {"start_ms": [], "noop_ms": [], "lost": [], "late": []} for name in specs}
    for round_number in range(rounds):
        names = list(specs) if round_number % 2 == 0 else list(reversed(specs))
        for name in names:
            spec, result = specs[name], results[name]
            kernel = Kernel(context, spec["argv"])
            result["start_ms"].append(kernel.wait_ready())
            for _ in range(20):
                kernel.execute(spec["noop"])
            result["noop_ms"].append(statistics.median(kernel.execute(spec["noop"])[0] for _ in range(NOOPS)))
            _, text = kernel.execute(spec["flood"])
            late = kernel.late_text()
            result["lost"].append(FLOOD - (text + late).count("token"))
            result["late"].append(late.count("token"))
            kernel.end()
    print(json.dumps(results))


main()
