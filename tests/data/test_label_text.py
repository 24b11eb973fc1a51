"""Labels that were read as text: columns that cannot be learned together."""

import pytest

from clearprop.data import read
from clearprop.data.label_text import labels_learned
from clearprop.errors import DataError

TABLE = """\
a,price,sold,colour,size
1,1.5,yes,red,"1,234"
2,2.5,no,green,"2,345"
3,3.5,yes,blue,"3,456"
4,4.5,no,red,"4,567"
"""
MIXED = {
    "price,sold": "several targets are all numbers, or all columns of two values each; target "
    "'price' holds numbers and target 'sold' two texts: train a model for each",
    "price,colour": "target 'colour': several targets are numbers, or columns of two values each; "
    "this one has 3 different texts, such as 'red'",
    "price,size": "a.csv: target 'size': line 2: the comma in '1,234' may be a decimal mark or "
    "separate thousands; say which: --decimal ',' or --thousands ','",
}


@pytest.mark.parametrize("target", MIXED)
@pytest.mark.parametrize("task", ["auto", "classification", "regression"])
def test_targets_that_do_not_go_together(tmp_path, target, task):
    path = tmp_path / "a.csv"
    path.write_text(TABLE)
    table = read(path, target)
    with pytest.raises(DataError) as caught:
        labels_learned(table, task)
    assert str(caught.value).endswith(MIXED[target])


def test_a_target_is_no_column_of_categories(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,size\n" + "".join(f'{i},"{i},{100 + i * 7}"\n' for i in range(2, 80)))
    with pytest.raises(DataError) as caught:
        labels_learned(read(path, "size"), "auto")
    assert str(caught.value).endswith(
        "--decimal ',' or --thousands ',', or say --task classification"
    )
