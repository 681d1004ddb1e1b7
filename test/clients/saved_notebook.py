"""Validates a notebook file, runs it by nbclient with the kernel that it names, and prints as JSON how that went. Not a test by itself."""
import json
import sys

import nbformat
from nbclient import NotebookClient

path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    raw = json.load(file)
# What nbformat.read would repair silently counts as a mistake.
nbformat.validate(raw, relax_add_props=False)
notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, timeout=120).execute()
nbformat.validate(notebook)
*_, last = notebook.cells
print(json.dumps({
    "valid": True,
    "kernel": notebook.metadata.kernelspec.name,
    "counts": [cell.execution_count for cell in notebook.cells],
    "last": last.outputs[-1].data["text/plain"],
    "types": [output.output_type for output in last.outputs],
}))
