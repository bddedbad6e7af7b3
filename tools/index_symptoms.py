"""Write the index from a message or a symptom to its answer into the README."""

import csv
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
BEGIN, END = "<!-- symptoms -->\n", "<!-- end of symptoms -->"


def entries() -> Iterator[tuple[str, str, str]]:
    """Yield each symptom, its question and its notebook, in alphabetical order."""
    register = (PROJECT / "docs" / "questions.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(register.splitlines()) if row["symptom"]]
    for row in sorted(rows, key=lambda row: row["symptom"].lstrip("`").lower()):
        yield row["symptom"], row["question"], row["notebook"]


def written(readme: str) -> str:
    """Return the README with the index as the register has it now."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    lines = (
        f"- {symptom}: [{question}](notebooks/{notebook})\n"
        for symptom, question, notebook in entries()
    )
    return f"{before}{BEGIN}{''.join(lines)}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
