"""What nbconvert makes of an executed notebook shows the answers, the tables and the charts."""
import nbconvert


def test_html_shows_answer_table_and_chart(executed_quickstart):
    html, _ = nbconvert.HTMLExporter().from_notebook_node(executed_quickstart)
    assert "TTFT" in html
    assert "<table" in html
    assert "data:image/png;base64," in html or "data:image/svg+xml;base64," in html or "<svg" in html


def test_markdown_shows_the_answer(executed_quickstart):
    markdown, resources = nbconvert.MarkdownExporter().from_notebook_node(executed_quickstart)
    assert "TTFT" in markdown
    assert any(name.endswith((".png", ".svg")) for name in resources["outputs"])


def test_no_script_of_ours_in_the_outputs(executed_quickstart):
    for cell in executed_quickstart.cells:
        for output in cell.get("outputs", []):
            assert "<script" not in str(output.get("data", {}).get("text/html", ""))
