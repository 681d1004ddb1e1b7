"""One Retort for all Python client tests: a home of its own, the kernel registered as a user would register it."""
import json
import os
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RETORT = ["node", str(ROOT / "dist" / "retort.js")]

home = tempfile.TemporaryDirectory(prefix="retort-clients-")


def pytest_configure(config):
    base = Path(home.name)
    os.environ.update(
        RETORT_HOME=str(base / "retort"),
        RETORT_MODELS=str(ROOT / ".cache" / "retort" / "models"),
        JUPYTER_DATA_DIR=str(base / "jupyter"),
        JUPYTER_RUNTIME_DIR=str(base / "runtime"),
        JUPYTER_CONFIG_DIR=str(base / "config"),
        IPYTHONDIR=str(base / "ipython"),
        JUPYTER_PLATFORM_DIRS="0",
        # Leaves a core to the clients.
        RETORT_THREADS="1",
    )
    subprocess.run([*RETORT, "install", "--user"], check=True)
    subprocess.run([*RETORT, "pull", "smollm2-135m"], check=True)
    for precision in ("fp16", "int8"):
        subprocess.run([*RETORT, "quantize", "smollm2-135m", "--to", precision], check=True)


def pytest_unconfigure(config):
    stop_runtime()
    home.cleanup()


def stop_runtime():
    """Ends the runtime that the kernels shared, so that no process outlives the tests."""
    discovery = Path(os.environ["RETORT_HOME"]) / "state" / "runtime.json"
    if not discovery.exists():
        return
    runtime = json.loads(discovery.read_text())
    request = urllib.request.Request(
        runtime["url"] + "/retort/shutdown",
        method="POST",
        data=b"{}",
        headers={"authorization": f"Bearer {runtime['token']}", "content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).read()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{runtime['pid']}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


counts = {"passed": 0, "failed": 0, "skipped": 0}


def pytest_runtest_logreport(report):
    """Counts each test once; a skip counts wherever it happens, inside a subtest too."""
    if report.skipped:
        counts["skipped"] += 1
    elif report.failed:
        counts["failed"] += 1
    elif report.when == "call" and not hasattr(report, "context"):
        counts["passed"] += 1


def pytest_sessionfinish(session):
    target = os.environ.get("RETORT_COUNTS")
    if target:
        Path(target).write_text(json.dumps(counts))


@pytest.fixture(scope="session")
def notebooks():
    return ROOT / "notebooks"


@pytest.fixture(scope="session")
def copies(notebooks, tmp_path_factory):
    """A copy of the folder, because notebooks write results beside themselves."""
    import shutil

    folder = tmp_path_factory.mktemp("examples") / "notebooks"
    shutil.copytree(notebooks, folder)
    return folder


@pytest.fixture(scope="session")
def example(copies):
    """Runs an example notebook of that name with nbclient and the real model, each once for all tests."""
    import nbformat
    from nbclient import NotebookClient

    done = {}

    def run(name):
        if name not in done:
            notebook = nbformat.read(copies / name, as_version=4)
            NotebookClient(notebook, timeout=280, resources={"metadata": {"path": str(copies)}}).execute()
            done[name] = notebook
        return done[name]

    return run


@pytest.fixture(scope="session")
def executed_quickstart(notebooks):
    """The quickstart notebook, run once by nbclient with the real model."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(notebooks / "quickstart.ipynb", as_version=4)
    NotebookClient(notebook, timeout=280, resources={"metadata": {"path": str(notebooks)}}).execute()
    return notebook
