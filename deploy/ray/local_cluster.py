"""A Ray cluster of several nodes on this machine, reachable from this machine only, with Retort on it.

    python local_cluster.py --nodes 2 --replicas 2 --model smollm2-135m

Prints one line of JSON with the URL when it serves, and ends on SIGTERM, Ctrl-C or the end of its input. Commands on its
input, one a line: `scale N` (as many replicas), each answered with a line of JSON.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

# Before ray is imported. The first keeps all of Ray's ports on 127.0.0.1: without it they listen on every interface,
# and whoever reaches them may run anything.
os.environ.update(RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0", RAY_USAGE_STATS_ENABLED="0", RAY_SERVE_ENABLE_HA_PROXY="0")

HERE = Path(__file__).resolve().parent
# Replicas import the application from here.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
sys.path.insert(0, str(HERE))

import ray  # noqa: E402
from ray import serve  # noqa: E402
from ray.cluster_utils import Cluster  # noqa: E402
from ray.serve.config import HTTPOptions  # noqa: E402

import retort_serve  # noqa: E402

OBJECT_STORE_BYTES = 100_000_000
APPLICATION = "retort"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--port", type=int, default=8000, help="of the one URL")
    parser.add_argument("--gcs-port", type=int, default=6390, help="of the cluster itself")
    parser.add_argument("--model", default=retort_serve.DEFAULTS["model"])
    parser.add_argument("--command", default=retort_serve.DEFAULTS["command"], help="how retort is called")
    parser.add_argument("--args", type=json.loads, default={}, help="further arguments of retort_serve, as JSON")
    return parser.parse_args()


def deploy(options, replicas):
    """Waits until all of them are there."""
    args = {
        "model": options.model, "command": options.command, "num_cpus": 0.5, "drain_s": 30, "max_replicas_per_node": 1,
        **options.args, "min_replicas": replicas, "max_replicas": replicas,
    }
    serve.run(retort_serve.build(args), name=APPLICATION, route_prefix="/")
    while running() != replicas:
        time.sleep(0.2)


def running():
    """Replicas that take requests."""
    deployment = serve.status().applications[APPLICATION].deployments["retort"]
    return deployment.replica_states.get("RUNNING", 0) if len(deployment.replica_states) == 1 else -1


def obey(options, stop):
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "scale":
            deploy(options, int(rest))
            tell(replicas=int(rest))
        elif word != "":
            tell(error=f"there is no command {word}")
    stop.set()


def tell(**fields):
    print(json.dumps(fields), flush=True)


def main():
    options = arguments()
    stop = threading.Event()
    node = {"num_cpus": 1, "object_store_memory": OBJECT_STORE_BYTES}
    cluster = Cluster(initialize_head=True, head_node_args={**node, "gcs_server_port": options.gcs_port, "include_dashboard": False})
    try:
        for _ in range(options.nodes - 1):
            cluster.add_node(**node)
        ray.init(address=cluster.address, log_to_driver=False)
        # Only now: ray.init sets handlers of its own, which end the process at once.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        serve.start(proxy_location="EveryNode", http_options=HTTPOptions(host="127.0.0.1", port=options.port))
        deploy(options, options.replicas)
        tell(url=f"http://127.0.0.1:{options.port}", nodes=options.nodes, replicas=options.replicas)
        threading.Thread(target=obey, args=(options, stop), daemon=True).start()
        while not stop.wait(0.5):
            pass
    finally:
        serve.shutdown()
        ray.shutdown()
        cluster.shutdown()


if __name__ == "__main__":
    main()
