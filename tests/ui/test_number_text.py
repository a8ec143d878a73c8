"""Numbers that people read are written by `gmm_core.number_text` alone, and in the browser by its counterpart."""

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SPECIFICATION = re.compile(r"[-+ ]?,?(\.\d+)?~?[defgE%]|,|\.\d+")
"""What says how a number is written, as after the colon of f"{x:.2f}"."""
IN_TEXT = re.compile(r"\{:[^}]*[defgE%,]\}|^%[,.\d]*[dfge%]$")
"""The same in "{:.0%}".format and in formats of Streamlit, "%.4g"."""
IN_BROWSER = re.compile(r"toFixed|toPrecision|toLocaleString|toExponential|Intl\.NumberFormat")

EXCEPTIONS = {
    "ui/compute/limits.py": "settings as the operator types them, in docs/settings.md and in the server's log",
    "ui/projection/view.py": "the text of a choice is what links hold: contours=50%",
    "ui/views/density/pictures.py": "the text of a choice is what links hold: regions=50%",
    "ui/projection/typed_points.py": "points as a person types them",
    "ui/views/density/new_points.py": "points as a person types them, and a field for a number",
    "ui/views/density/anomaly_list.py": "a field for a number",
    "ui/views/kmeans_or_gmm/alteration.py": "a field for a number",
    "ui/figures/base/palette.py": "a colour in CSS",
    "ui/report/document.py": "a date",
    "ui/figures/mixture/thumbnail.py": "coordinates of a drawing in SVG",
}
"""Files that write a number otherwise, and why."""
IN_BROWSER_EXCEPTIONS = {
    "ui/chart/number_text.js": "the rules themselves",
    "ui/chart/chart_change.js": "coordinates of a drawing in SVG",
    "ui/views/em_steps/film_figure.js": "coordinates of a drawing in SVG",
    "ui/views/em_steps/film_formulas.js": "the width of a bar in CSS",
}


def formats(code: str) -> list[str]:
    """How numbers are written in Python `code`, other than by functions."""
    found: list[str] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            written = ast.unparse(node.format_spec).removeprefix("f").strip("'\"")
            if SPECIFICATION.search(written):
                found.append(written)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and IN_TEXT.search(node.value):
            found.append(node.value)
    return found


def test_no_other_code_writes_numbers_for_people() -> None:
    files = sorted(path for part in ("ui", "pages") for path in (REPOSITORY / part).rglob("*.py"))
    others = {
        str(path.relative_to(REPOSITORY)) for path in files if formats(path.read_text(encoding="utf-8"))
    }
    assert others == set(EXCEPTIONS)


def test_no_other_script_writes_numbers_for_people() -> None:
    others = {
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / "ui").rglob("*.js")
        if IN_BROWSER.search(path.read_text(encoding="utf-8"))
    }
    assert others == set(IN_BROWSER_EXCEPTIONS)


def test_a_format_is_seen_however_it_is_written() -> None:
    assert formats('f"{x:.2f}"') == [".2f"]
    assert formats('f"{x:,}"') == [","]
    assert formats('f"{x:.{d}g}"') == [".{d}g"]
    assert formats('"{:.0%}".format(x)') == ["{:.0%}"]
    assert formats('column(format="%.4g")') == ["%.4g"]
    assert not formats('f"{x}: {name:>8}"')
