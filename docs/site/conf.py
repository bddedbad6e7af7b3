"""Settings of the site; what the course adds to Sphinx stands in course_site.py."""

import sys
from pathlib import Path
from typing import Any

import course_lib

sys.path.insert(0, str(Path(__file__).parent))

project = "Upsampling layers of image generators"
release = course_lib.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "course_site"]
exclude_patterns = ["README.md"]

nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, Any] = {}  # widgets would be fetched from another host
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "html_image"]
myst_heading_anchors = 4
myst_heading_slug_func = "course_site.slug"
suppress_warnings = [
    "misc.highlighting_failure",  # messages of errors are no Python
    "mystnb.unknown_mime_type",
]

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # shapes and ranges stand in the words
default_role = "code"

html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["course.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # so that the search works from files too
html_theme_options = {"navigation_with_keys": True}
