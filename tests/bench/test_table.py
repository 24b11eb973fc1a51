"""The table of `clearprop bench`, in both languages."""

from clearprop.bench.table import table
from clearprop.bench.works import WORKS
from clearprop.messages.chinese import translated

FOUND = {
    "about": {"processor": "this one", "threads": 2},
    "results": {
        "G1": {
            "what": WORKS["G1"].what,
            "medians": {"clearprop": 1e-5, "numpy": 1e-4},
            "limit": 5e-6,
        }
    },
}


def test_the_columns_stand_alike_in_chinese():
    assert table(FOUND, translated).splitlines() == [
        "this one，2 个线程；每步用时的中位数，单位微秒",
        "",
        "      clearprop    NumPy    占上限   比最快",
        "G1         10.0    100.0    50 %   10.0 x",
        "",
        "G1  784-100-10，预测 1 行",
    ]


def test_every_work_is_described_in_chinese():
    for work in WORKS.values():
        said = translated(work.what)
        assert said != work.what or "," not in work.what
