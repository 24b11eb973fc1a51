"""Lines of Chinese join where both neighbours are Chinese, and nowhere else."""

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("jieba")

import chinese
from docutils import nodes


def test_only_ends_of_lines_between_chinese_go():
    texts = ("斜率", "\n", "0.2350，权", "\n", "重。", "\n", "传到 J", "\n", "为止")
    paragraph = nodes.paragraph("", "", *map(nodes.Text, texts))
    chinese._join(paragraph)
    assert paragraph.astext() == "斜率\n0.2350，权重。传到 J\n为止"
