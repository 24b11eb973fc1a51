"""What a message becomes: its parts, its values, and what stays as it is."""

import pytest

from clearprop.messages.chinese import translated


@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        # a value, and a hint beside it
        (
            "solver: expected one of adam, sgd; got 'adma' (did you mean \"adam\"?)",
            "solver：应当是 adam, sgd 之一；得到的是 'adma'（你是不是指 \"adam\"？）",
        ),
        # the template that states most
        (
            "sample: expected a row, a whole number from 0; got -1",
            "sample：应当是行号，即从 0 起的整数；得到的是 -1",
        ),
        # places before a message: a file, a row, a column, one of them renamed
        (
            "x.csv, row 3, column 'a': expected a finite number; got an infinite one (2 such "
            "values); correct it or leave the cell empty",
            "x.csv，第 3 行，列 'a'：应当是有限的数；得到的是无穷大（共 2 个这样的值）；"
            "请改正，或把单元格留空",
        ),
        (
            "x.csv: target 'name': 60 different labels in 60 rows: is it the right column?",
            "x.csv：目标列 'name'：60 行里有 60 种标签：是不是选错了列？",
        ),
        (
            "z.csv: y: R^2 needs two rows at least; got 1",
            "z.csv：y：R^2 至少需要两行；得到的是 1 行",
        ),
        # sentences that are joined
        (
            "a.csv: expected numbers; got 'b' in row 1; write it so",
            "a.csv：应当是数值；得到的是 'b'（第 1 行）；请照那样写",
        ),
        # what the user wrote looks like a sentence of ours
        ("'the header': no such option of train", "'the header'：train 没有这个选项"),
        (
            "t.csv: no column 'x' for the target; the columns are text, nothing",
            "t.csv：没有列 'x' 可作目标；各列是 text, nothing",
        ),
        (
            "t.csv: no column 'row 7' to read as categories (did you mean \"row 5\"?); the columns "
            "are row 5, 3 columns, every row, no value",
            "t.csv：没有列 'row 7' 可按 categories 读取（你是不是指 \"row 5\"？）；各列是 row 5, "
            "3 columns, every row, no value",
        ),
        (
            "t.csv: expected the columns of the training rows; missing: row 5, no value (did you "
            'mean "row 6"?); found: row 6, 3 columns (line 2 looks like data: put a header line '
            "before it)",
            't.csv：应当有训练数据的各列；缺少：row 5, no value（你是不是指 "row 6"？）；'
            "现有：row 6, 3 columns（第 2 行像是数据：请在前面加一行表头）",
        ),
        # nobody knows it
        ("Segmentation of the ears", "Segmentation of the ears"),
        ("中文", "中文"),
        ("", ""),
    ],
)
def test_a_message_is_said(message, chinese):
    assert translated(message) == chinese


def test_blanks_go_where_both_neighbours_are_chinese():
    assert translated("X: expected at least one row; got 0 rows") == (
        "X：至少要有一行；得到的是 0 行"
    )
    assert translated("name: expected the array; got 3").startswith("name：应当是数组；得到的是 3")
