"""Write the index from a message or a symptom to its answer into the README."""

import csv
from pathlib import Path

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
BEGIN, END = "<!-- symptoms -->\n", "<!-- end of symptoms -->"


def written(readme: str) -> str:
    """Return the README with the index as the register has it now: alphabetical."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    register = (PROJECT / "docs" / "questions.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(register.splitlines()) if row["symptom"]]
    rows.sort(key=lambda row: row["symptom"].lstrip("`").lower())
    lines = (
        f"- {row['symptom']}: [{row['question']}](notebooks/{row['notebook']})\n"
        for row in rows
    )
    return f"{before}{BEGIN}{''.join(lines)}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
