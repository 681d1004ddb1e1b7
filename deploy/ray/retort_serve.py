"""Retort runtimes as replicas of a Ray Serve deployment, behind one URL.

Each replica starts `retort serve` as a child on a port of its own on loopback and passes requests on to it, streams
token by token. A replica whose runtime dies ends itself, so that no request goes there any more; a runtime whose
replica dies is ended by the kernel. See README.md.
"""

import asyncio
import contextlib
import ctypes
import hmac
import ipaddress
import json
import os
import random
import re
import secrets
import shlex
import signal
import sys
from pathlib import Path

import aiohttp
from ray import serve
from ray.serve.config import AutoscalingConfig, RequestRouterConfig
from ray.serve.experimental.consistent_hash_router import ConsistentHashRouter

# What an application may be told; `build` refuses other names.
DEFAULTS = {
    # How the program is called, as one line or as a list.
    "command": "retort",
    "model": "smollm2-135m",
    # Further flags of `retort serve`.
    "flags": [],
    # Requests that one replica answers at once, and tokens that each may have.
    "slots": 4,
    "context": 4096,
    "threads": None,
    # Each replica gets a folder of its own in here as RETORT_HOME; null: that of the node's user.
    "homes": None,
    # The key that clients have to send; null: the variable RETORT_API_KEY; neither: none, for loopback only.
    "api_key": None,
    # Names in the Host header beside loopback's and plain addresses.
    "allowed_hosts": [],
    "min_replicas": 1,
    "max_replicas": 2,
    "max_replicas_per_node": None,
    "num_cpus": 1,
    "num_gpus": 0,
    # Requests that wait for each replica before the proxy answers 503.
    "max_queued_requests": 64,
    # Each replica has a port for calls of other deployments, which runs whatever it is sent, and which nobody needs here:
    # where it listens. Ray itself opens it on every interface; null leaves that.
    "internal_host": "127.0.0.1",
    # Requests with the same x-session-id go to the same replica, which holds their prefix.
    "sticky": True,
    "start_timeout_s": 600,
    # Running answers get this long when a replica is taken away.
    "drain_s": 120,
    # How fast the number of replicas follows the load.
    "upscale_delay_s": 10,
    "downscale_delay_s": 300,
}

HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"content-length", b"date"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
HEALTH_TIMEOUT_S = 4
# Answers that are on their way are broken off in order before the process of a replica ends.
LAST_WORDS_S = 0.3
MAX_BODY_BYTES = 32 * 1024 * 1024


def build(args):
    """The application of a Serve configuration: `import_path: retort_serve:build`, with DEFAULTS as its args."""
    unknown = set(args) - set(DEFAULTS)
    if unknown:
        raise ValueError(f"retort_serve knows no {', '.join(sorted(unknown))}; it knows {', '.join(DEFAULTS)}")
    settings = {**DEFAULTS, **args}
    least, most = settings["min_replicas"], settings["max_replicas"]
    options = {
        "max_replicas_per_node": settings["max_replicas_per_node"],
        "ray_actor_options": {"num_cpus": settings["num_cpus"], "num_gpus": settings["num_gpus"]},
        "max_ongoing_requests": settings["slots"],
        "max_queued_requests": settings["max_queued_requests"],
        "graceful_shutdown_timeout_s": settings["drain_s"],
    }
    if least == most:
        options["num_replicas"] = least
    else:
        options["autoscaling_config"] = AutoscalingConfig(
            min_replicas=least,
            max_replicas=most,
            target_ongoing_requests=max(1, settings["slots"] / 2),
            upscale_delay_s=settings["upscale_delay_s"],
            downscale_delay_s=settings["downscale_delay_s"],
        )
    if settings["sticky"]:
        options["request_router_config"] = RequestRouterConfig(request_router_class="retort_serve:StickyRouter")
    return Replica.options(**options).bind(settings)


class StickyRouter(ConsistentHashRouter):
    """A session stays with its replica; a request of none goes to the less busy of two that are drawn, not to any."""

    async def choose_replicas(self, candidate_replicas, pending_request=None):
        if pending_request is None or pending_request.metadata.session_id or not candidate_replicas:
            return await super().choose_replicas(candidate_replicas, pending_request)
        pending_request.routing_context.should_backoff = True
        return [random.sample(candidate_replicas, min(2, len(candidate_replicas)))]


class Entry:
    """What Serve calls for each request. An instance, because a plain function is taken for a builder of applications."""

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        await serve.get_replica_context().servable_object.answer(scope, receive, send)


@serve.deployment(
    name="retort",
    max_constructor_retry_count=2,
    health_check_period_s=2,
    health_check_timeout_s=HEALTH_TIMEOUT_S + 2,
    graceful_shutdown_wait_loop_s=0.5,
)
@serve.ingress(Entry())
class Replica:
    """One runtime and the way to it."""

    async def __init__(self, settings):
        if settings["internal_host"] is not None:
            keep_internal_port_at(settings["internal_host"])
        self.settings = settings
        self.key = settings["api_key"] or os.environ.get("RETORT_API_KEY") or None
        self.name = serve.get_replica_context().replica_id.unique_id
        self.ending = False
        self.lost = False
        self.session = aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=None, sock_connect=5), connector=aiohttp.TCPConnector(limit=0))
        self.runtime = await start_runtime(settings, self.name)
        self.url = await asyncio.wait_for(self.runtime.ready, settings["start_timeout_s"])
        self.token = self.runtime.token
        self.watch = asyncio.create_task(self.end_with_runtime())

    async def end_with_runtime(self):
        """A replica without its runtime answers at once, looks idle and draws all requests: it has to go."""
        await self.runtime.process.wait()
        if self.ending:
            return
        self.lost = True
        await asyncio.sleep(LAST_WORDS_S)
        os._exit(1)

    async def check_health(self):
        if self.lost or self.runtime.process.returncode is not None:
            raise RuntimeError("the runtime has ended")
        async with self.session.get(f"{self.url}/health", timeout=aiohttp.ClientTimeout(total=HEALTH_TIMEOUT_S)) as reply:
            if reply.status != 200:
                raise RuntimeError(f"the runtime answers {reply.status}")

    async def __del__(self):
        self.ending = True
        runtime = getattr(self, "runtime", None)
        if runtime is not None and runtime.process.returncode is None:
            runtime.process.terminate()
            await runtime.process.wait()
        session = getattr(self, "session", None)
        if session is not None:
            await session.close()

    async def answer(self, scope, receive, send):
        refusal = refuse(scope, self.key, self.settings["allowed_hosts"])
        if refusal is not None:
            return await send_error(send, *refusal)
        body = await read_body(receive)
        if body is None:
            return await send_error(send, 413, "too_large", "The request is too large.")
        gone = asyncio.create_task(until_disconnect(receive))
        passing = asyncio.create_task(self.pass_on(scope, body, send))
        await asyncio.wait({gone, passing}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not passing.done():
            # The client has gone: closing the way to the runtime frees its slot.
            passing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await passing

    async def pass_on(self, scope, body, send):
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"] if name.lower() not in HOP_BY_HOP | {b"host", b"authorization"}}
        headers["authorization"] = f"Bearer {self.token}"
        target = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        begun = False
        try:
            async with self.session.request(scope["method"], self.url + target, data=body, headers=headers, allow_redirects=False) as reply:
                kept = [(name.lower(), value) for name, value in reply.raw_headers if name.lower() not in HOP_BY_HOP]
                await send({"type": "http.response.start", "status": reply.status, "headers": [*kept, (b"x-retort-replica", self.name.encode())]})
                begun = True
                async for part in reply.content.iter_any():
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except aiohttp.ClientError as error:
            # Cut short, so that no client takes half an answer for a whole one.
            if begun:
                raise
            print(f"the runtime did not answer: {error}", file=sys.stderr)
            await send_error(send, 503, "replica_lost", "This replica lost its runtime.", retry_after=1)


def keep_internal_port_at(host):
    """Before Ray opens it, which is after the replica was made. A Ray that has no such function fails here, and opens nothing."""
    from ray.serve._private import replica

    add = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: add(server, f"{host}:{address.rpartition(':')[2]}")


class Runtime:
    """A running `retort serve`."""

    def __init__(self, process, token):
        self.process = process
        self.token = token
        self.ready = asyncio.get_running_loop().create_future()
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        """Its log: first the address, then that the model is loaded, then a line for each request."""
        url = None
        async for line in self.process.stdout:
            if self.ready.done():
                continue
            event = json.loads(line)
            if event["event"] == "listening":
                url = event["url"]
            elif event["event"] == "ready":
                self.ready.set_result(url)
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(f"retort serve ended with {await self.process.wait()} before it was ready"))


async def start_runtime(settings, name):
    command = settings["command"]
    argv = [*(shlex.split(command) if isinstance(command, str) else command), "serve", "--port", "0"]
    for flag, value in (("model", settings["model"]), ("slots", settings["slots"]), ("context", settings["context"]), ("threads", settings["threads"])):
        if value is not None:
            argv += [f"--{flag}", str(value)]
    argv += settings["flags"]
    token = secrets.token_urlsafe(24)
    # In the environment, because command lines can be read by every user of the machine.
    environment = {**os.environ, "RETORT_API_KEY": token, "RETORT_HOST": "127.0.0.1", "RETORT_LOG_FORMAT": "json", "RETORT_DRAIN_S": str(settings["drain_s"])}
    if settings["homes"] is not None:
        home = Path(settings["homes"]) / name
        environment["RETORT_HOME"] = str(home)
        home.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(*argv, env=environment, stdout=asyncio.subprocess.PIPE, preexec_fn=end_with_parent)
    if settings["homes"] is not None:
        (home / "replica.json").write_text(json.dumps({"replica": name, "pid": os.getpid(), "runtime": process.pid}))
    return Runtime(process, token)


# Opened here: between fork and exec nothing may be loaded.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def end_with_parent():
    """In the child: a replica that is killed takes its runtime with it (Linux)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def refuse(scope, key, allowed_hosts):
    """Status, code and sentence for who may not ask; None for who may. The same rules as the runtime's own."""
    headers = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), value.decode("latin-1"))
    if not is_own_name(host_name(headers.get(b"host", "")), allowed_hosts):
        return 403, "host_not_allowed", "The Host header is not one of this server's names."
    # Asked by load balancers, and tells nothing.
    if key is None or (scope["method"] == "GET" and scope["path"] == "/health"):
        return None
    kind, _, given = headers.get(b"authorization", "").partition(" ")
    if kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), key.encode()):
        return None
    return 401, "invalid_api_key", "The key is missing or wrong."


def host_name(header):
    match = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|([^:\[\]]+)(?::\d+)?", header.strip())
    return ((match.group(1) or match.group(2)) if match else "").lower()


def is_own_name(name, allowed_hosts):
    if name in LOOPBACK or name in (each.lower() for each in allowed_hosts):
        return True
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        return False


async def read_body(receive):
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY_BYTES:
            return None
        parts.append(part)
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts)


async def until_disconnect(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_error(send, status, code, message, retry_after=None):
    headers = [(b"content-type", b"application/json")]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"error": {"message": message, "type": "server_error", "code": code}}).encode(), "more_body": False})
