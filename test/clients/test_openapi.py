"""`/openapi.json` as a validator reads it that nobody here wrote."""
import json
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator
from test_llm_client import Serve


def test_the_document_is_valid_openapi_3_1():
    serve = Serve()
    try:
        document = json.loads(urllib.request.urlopen(f"{serve.url}/openapi.json", timeout=30).read())
    finally:
        assert serve.stop() == 0
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert len(document["paths"]) > 25
    # The validator finds what is wrong.
    del document["info"]["title"]
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) != []
