"""Options that name columns or texts may be given several times."""

import csv
import json


def test_several_targets(clearprop):
    result = clearprop(
        "train houses.csv --target price --target area --hidden none --epochs 1 --lambda 1 --json"
    )
    assert result.code == 0, result.err
    assert json.loads(result.out)["layer_sizes"][-1] == 2


def test_columns_to_leave_out_whose_names_hold_a_comma(clearprop, folder):
    names = ["size, cm", "x,y", "b", "out"]
    rows = [[i % 7, i % 5, i % 3, "yn"[i % 2]] for i in range(40)]
    with open(folder / "named.csv", "w", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    result = clearprop(
        *["train", "named.csv", "--target", "out", "--hidden", "none", "--epochs", "1", "--json"],
        *("--lambda", "1", "--bins", "0"),
        *("--without", "size, cm", "--without", "x,y"),
    )
    assert result.code == 0, result.err
    assert json.loads(result.out)["layer_sizes"] == [1, 1]
