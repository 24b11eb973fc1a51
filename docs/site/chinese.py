"""What Chinese needs: lines that join without a space, search by words, and the theme's words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import jieba
from docutils import nodes
from sphinx.search.zh import SearchChinese
from sphinx.transforms import SphinxTransform

# The end of a line is no space in Chinese, except beside a word in Latin letters.
_HAN, _MARK = r"[\u3400-\u9fff]", r"[\u3001-\u301f\uff01-\uff5e“”‘’…]"
_LINE_END = re.compile(rf"(?<={_MARK})\n|\n(?={_MARK})|(?<={_HAN})\n(?={_HAN})")


class JoinLines(SphinxTransform):
    """Takes out the ends of lines between Chinese characters."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Go through every paragraph, title and the like."""
        if self.config.language != "zh_CN":
            return
        for element in self.document.findall(nodes.TextElement):
            if not isinstance(element, nodes.FixedTextElement | nodes.literal_block):
                _join(element)


def _join(element: nodes.TextElement) -> None:
    texts = list(element.findall(nodes.Text))
    whole = "".join(texts)
    ends = {match.start() for match in _LINE_END.finditer(whole)}
    start = 0
    for text in texts if ends else []:
        kept = "".join(c for at, c in enumerate(text, start) if at not in ends)
        start += len(text)
        if kept != text:
            around = text.parent
            # By identity: a text is equal to every other that is the end of a line.
            at = next(at for at, child in enumerate(around) if child is text)
            around[at] = nodes.Text(kept)


class Search(SearchChinese):
    """Cuts what a reader looks for into the words of the index, the longest first."""

    language_name = "English"  # of the stemmer: Sphinx looks for a Chinese one, which is not there
    js_splitter_code = """
var splitQuery = (query) => {
  const { terms, titleterms } = Search._index;
  const known = (word) => Object.hasOwn(terms, word) || Object.hasOwn(titleterms, word);
  const words = [];
  for (const run of query.match(/[\\u3400-\\u9fff]+|[a-z0-9_]+/gi) ?? []) {
    if (!/[\\u3400-\\u9fff]/.test(run)) { words.push(run); continue; }
    for (let from = 0; from < run.length; ) {
      let to = run.length;
      while (to > from + 1 && !known(run.slice(from, to))) to--;
      if (to > from + 1 || run.length === 1) words.push(run.slice(from, to));
      from = to;
    }
  }
  return words;
};
"""


def say_in_chinese(app: Any, exception: Exception | None) -> None:
    """Put Chinese in the place of the theme's English words on every page."""
    if exception or app.config.language != "zh_CN":
        return
    words = tomllib.loads(Path(__file__).with_name("theme_words.toml").read_text(encoding="utf-8"))
    found: set[str] = set()

    def chinese(match: re.Match[str]) -> str:
        word = match[2]
        found.add(word)
        return match[1] + words[word] + match[3]

    one = "|".join(map(re.escape, words))
    said = re.compile(rf'(>\s*|aria-label=")({one})(\s*<|")')
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        page.write_text(said.sub(chinese, html), encoding="utf-8")
    if missing := set(words) - found:
        raise ValueError(f"theme_words.toml: the theme has no words {sorted(missing)}")


def setup(app: Any) -> dict[str, bool]:
    """Join lines in every page, and search so."""
    jieba.setLogLevel("WARNING")  # it tells how long it loads
    app.add_transform(JoinLines)
    app.add_search_language(Search)
    app.connect("build-finished", say_in_chinese)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
