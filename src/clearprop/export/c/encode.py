"""The functions of a C file that turn the cells of a row into the network's inputs."""

from __future__ import annotations

import numpy as np

from clearprop.data.encoding import Encoder
from clearprop.export.c.literals import Tables, text
from clearprop.export.steps import Steps, steps_of
from clearprop.model import Model

__all__ = ["DATE", "DATE_DECLARED", "code", "encode"]

_PART = """static double P_part(int kind, double cell) {
    /* Kinds: 0 a number; of a date 1 year, 2 month, 3 day, 4 weekday (Monday is 1), 5 hour,
       6 days, 7 days with their fraction. */
    const double days = floor(cell / 86400);
    double z, day, year, month, era;
    if (kind == 0 || isnan(cell)) return cell;
    if (kind == 5) return (cell - days * 86400) / 3600;
    if (kind == 6) return days;
    if (kind == 7) return cell / 86400;
    if (kind == 4) return days + 3 - 7 * floor((days + 3) / 7) + 1;
    /* The civil date, in years that begin in March. */
    z = days + 719468;
    era = floor(z / 146097);
    day = z - era * 146097;
    year = floor((day - floor(day / 1460) + floor(day / 36524) - floor(day / 146096)) / 365);
    day -= 365 * year + floor(year / 4) - floor(year / 100);
    month = floor((5 * day + 2) / 153);
    if (kind == 3) return day - floor((153 * month + 2) / 5) + 1;
    if (kind == 2) return month < 10 ? month + 3 : month - 9;
    return year + era * 400 + (month < 10 ? 0 : 1);
}

"""


def encode(model: Model, tables: Tables) -> str:
    """From the cells of a row to the inputs of the network."""
    encoder, before, body = model.encoder, "", []
    single = "(float)" if model.theta.dtype == np.float32 else ""
    if encoder is None:
        body.append(f"    for (i = 0; i < {model.network.n_inputs}; ++i) x[i] = row[i];\n")
    else:
        body.append(
            f"    for (i = 0; i < {encoder.n_columns}; ++i)\n        if (isinf(row[i])) return 0;\n"
        )
        steps = steps_of(encoder)
        before, numbers = _numbers(steps, tables)
        if len(steps.line_part) < encoder.n_outputs:
            body.append(f"    for (i = 0; i < {encoder.n_outputs}; ++i) x[i] = 0;\n")
        body += [numbers, _categories(steps, tables), _gaps(steps, tables)]
    cast = f"        x[i] = {single}x[i];\n" if single else ""
    body.append(
        f"    for (i = 0; i < {model.network.n_inputs}; ++i) {{\n{cast}"
        "        if (!isfinite(x[i])) return 0;\n    }\n"
    )
    return (
        f"{before}static int P_encode(const double *row, double *x) {{\n    int i;\n"
        f"{''.join(body)}    return 1;\n}}\n"
    ).replace("P_", f"{tables.prefix}_")


def _numbers(steps: Steps, tables: Tables) -> tuple[str, str]:
    """Numbers and the parts of dates: what stands before the function, and what stands in it."""
    p, w = len(steps.fill), len(steps.line_part)
    if not p:
        return "", ""
    cell, before = f"row[{tables.entry('part_column', steps.part_column)}]", ""
    if steps.part_kind.any():
        cell, before = f"P_part({tables.entry('part_kind', steps.part_kind)}, {cell})", _PART
    fill = tables.entry("fill", steps.fill)
    part = tables.entry("line_part", steps.line_part)
    place = tables.entry("line_place", steps.line_place)
    shift, scale = tables.entry("shift", steps.shift), tables.entry("scale", steps.scale)
    found = f"""    {{
        double number[{p}];
        for (i = 0; i < {p}; ++i) {{
            const double value = {cell};
            number[i] = isnan(value) ? {fill} : value;
        }}
        for (i = 0; i < {w}; ++i) {{
            double value = (number[{part}] - {shift}) / {scale};
"""
    if np.isfinite(steps.most).all():  # beside bins a standardised value is cut off, too
        least, most = tables.entry("least", steps.least), tables.entry("most", steps.most)
        found += f"""            if (value < {least}) value = {least};
            if (value > {most}) value = {most};
"""
    return before, found + f"            x[{place}] = value;\n        }}\n    }}\n"


def _categories(steps: Steps, tables: Tables) -> str:
    """1 in the input of each category."""
    if not len(steps.category_column):
        return ""
    column = tables.entry("category_column", steps.category_column)
    start = tables.entry("category_start", steps.category_start)
    count = tables.entry("category_count", steps.category_count)
    other = tables.entry("category_other", steps.category_other)
    fill = tables.entry("category_fill", steps.category_fill)
    return f"""    for (i = 0; i < {len(steps.category_column)}; ++i) {{
        const double code = row[{column}];
        const int count = {count};
        int input = {other} ? count : -1;  /* of a value that training has not seen */
        if (isnan(code)) input = {fill};
        else if (code >= 0 && code < count && floor(code) == code) input = (int)code;
        if (input >= 0) x[{start} + input] = 1;
    }}
"""


def _gaps(steps: Steps, tables: Tables) -> str:
    """1 in the input for an empty cell, where a column has one."""
    g = len(steps.gap_column)
    if not g:
        return ""
    column = tables.entry("gap_column", steps.gap_column)
    place = tables.entry("gap_place", steps.gap_place)
    return f"    for (i = 0; i < {g}; ++i) x[{place}] = isnan(row[{column}]) ? 1 : 0;\n"


_CODE = """double P_code(int column, const char *text) {
    int i, code;
    if (!text || !*text) return NAN;
    for (i = 0; i < COUNT; ++i) {
        if (COLUMN != column) continue;
        for (code = 0; P_empty[i][code]; ++code)
            if (P_same(P_empty[i][code], text)) return NAN;
        for (code = 0; P_values[i][code]; ++code)
            if (P_same(P_values[i][code], text)) return code;
    }
    return -1;
}
"""

_SAME = """static int P_same(const char *a, const char *b) {
    while (*a && *a == *b) ++a, ++b;
    return *a == *b;
}

"""


def code(encoder: Encoder, tables: Tables) -> str:
    """From the text of a category to its number."""
    of = [(j, levels) for j, levels in enumerate(encoder.levels) if levels is not None]
    column = tables.entry("category_column", steps_of(encoder).category_column)
    assert encoder.columns is not None
    for name in ("values", "empty"):
        lists = []
        for i, (j, levels) in enumerate(of):
            texts = levels.values if name == "values" else encoder.columns[j].empty
            cells = [*map(text, texts), "0"]  # a null pointer ends the list
            lists.append(tables.listed("char *const ", f"{name}_{i}", cells))
        tables.listed("char *const *const ", name, lists)
    filled = _CODE.replace("COUNT", str(len(of))).replace("COLUMN", column)
    return (_SAME + filled).replace("P_", f"{tables.prefix}_")


DATE_DECLARED = (
    "double P_date(int year, int month, int day, int hour, int minute, double second);\n"
)

DATE = """double P_date(int year, int month, int day, int hour, int minute, double second) {
    const int late = month > 2 ? 0 : 1, y = year - late, m = month + (late ? 9 : -3);
    const double days = 365.0 * y + floor(y / 4.0) - floor(y / 100.0) + floor(y / 400.0)
        + floor((153 * m + 2) / 5.0) + day - 1 - 719468;
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}
"""
