"""Sphinx's settings; build.py says which language, and where the prepared pages lie."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the extensions below

project = "Clearprop"
html_title = "Clearprop"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "anchors",
    "chinese",
    "docstrings",
    "elements",
    "mathml",
    "page",
]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"
smartquotes = False

napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_custom_sections = [("Equation", "notes_style"), ("Source", "notes_style")]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
toc_object_entries = False
suppress_warnings = ["ref.python"]  # a name in a docstring may be that of several attributes

html_theme = "furo"
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["clearprop.css"]
html_js_files = ["print.js"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_show_search_summary = False  # it would ask for pages, which no page of file:// may
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {"top_of_page_buttons": []}

copybutton_selector = "div.highlight-python pre, div.highlight-console pre, div.highlight-sh pre"
copybutton_prompt_text = "$ "
