"""How Sphinx makes the guide: nothing of it asks another machine for anything."""

from importlib import metadata

project = "geopolity"
author = "the geopolity contributors"
copyright = "the geopolity contributors, Apache-2.0"  # noqa: A001 - Sphinx's name for it
try:
    release = metadata.version("geopolity")
except metadata.PackageNotFoundError:  # a checkout
    release = "0.1.0"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["README.md"]
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
add_module_names = False
suppress_warnings = ["myst.header", "misc.highlighting_failure"]  # CSV has no colours

html_theme = "pydata_sphinx_theme"
html_favicon = "icon.svg"  # the pages' own, put here by the build
html_title = "geopolity guide"
html_static_path = ["_static"]
html_css_files = ["guide.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "navigation_with_keys": False,
    "show_toc_level": 2,
}
html_context = {"default_mode": "auto"}
html_sidebars: dict[str, list[str]] = {"index": []}
