"""What a package says about its licence. Pure."""

import json
from email.message import Message
from email.parser import HeaderParser

UNUSABLE = ("see license in", "unlicensed", "proprietary", "commercial", "gpl", "mpl", "mozilla public", "cc-by-nc", "busl", "sspl")


def python_licence(metadata: str) -> str | None:
    """Of a wheel's METADATA: the expression, else the classifiers, else the first line of the free text."""
    head: Message = HeaderParser().parsestr(metadata)
    if expression := head.get("License-Expression"):
        return expression
    named = [line.split(" :: ")[-1] for line in head.get_all("Classifier", []) if line.startswith("License :: ") and not line.endswith("OSI Approved")]
    if named:
        return ", ".join(named)
    text = (head.get("License") or "").strip()
    return text.split("\n")[0][:80] or None


def npm_licence(package_json: str) -> str | None:
    value = json.loads(package_json).get("license")
    if isinstance(value, dict):
        value = value.get("type")
    return value if isinstance(value, str) and value else None


def is_usable(licence: str | None) -> bool:
    """False for copyleft, for a licence that only a file tells, and for none. What asks for one may choose the usable half of an `OR`."""
    if licence is None:
        return False
    choices = licence.lower().split(" or ")
    return any(not any(word in choice for word in UNUSABLE) for choice in choices)
