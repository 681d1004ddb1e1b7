"""jupyter_kernel_test with every attribute set: 13 tests, no skip, no sub-skip."""
import jupyter_kernel_test

RESULT = {"code": "%%js\n6 * 7", "result": "42"}


class RetortKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "retort"
    language_name = "retort"
    file_extension = ".retort.md"

    code_hello_world = "%echo hello, world"
    code_stderr = "%echo --stderr careful"
    completion_samples = [
        {"text": "---\ntempera", "matches": {"temperature: "}},
        {"text": "%prec", "matches": {"precision"}},
    ]
    complete_code_samples = ["Why is the sky red?", "%status", "%%vars\na: 1\n"]
    incomplete_code_samples = ["---\ntemperature: 0.5", "%%js"]
    invalid_code_samples = ["%%nosuchkind\nhello"]
    code_page_something = "%help temperature"
    code_generate_error = "%%js\nthrow new TypeError('on purpose')"
    code_execute_result = [RESULT, RESULT, RESULT]
    code_display_data = [
        {"code": "%%js\nhtml('<b>bold</b>')", "mime": "text/html"},
        {"code": "%%js\nmarkdown('**bold**')", "mime": "text/markdown"},
        {"code": "%%js\nsvg('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "mime": "image/svg+xml"},
        {"code": "%%js\ndisplay({ 'application/json': { a: 1 }, 'text/plain': 'a' })", "mime": "application/json"},
    ]
    code_history_pattern = "%%js?6 ?*7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "---\ntemperature: 0.5"
    code_clear_output = "%%js\nclear()"


class RetortWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "retort"
    support_iopub_welcome = True
