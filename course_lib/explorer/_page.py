"""A scene as HTML: the picture, the words, the size and the code."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from course_lib.explorer._drawing import Drawing, draw_key, draw_panels
from course_lib.explorer._scene import Layer, Scene
from course_lib.explorer._svg import svg

STYLE = """<style>
.course-picture, .course-key { display: flex; flex-wrap: wrap; align-items: center;
  gap: 4px 10px; }
.course-picture { padding: 10px 0 6px; }
.course-picture span { display: flex; align-items: center; gap: 10px; min-width: 0; }
.course-key { gap: 2px 14px; padding: 4px 0; }
.course-picture svg, .course-key svg { max-width: 100%; height: auto; }
.course-words { margin: 0; min-height: 3em; line-height: 1.5; max-width: 56em;
  font-size: 14px; color: var(--jp-content-font-color1, #1b2530); }
dl.course-facts.course-facts { display: grid; gap: 3px 14px;
  grid-template-columns: max-content 1fr; margin: 4px 0 0; font-size: 13px;
  line-height: 1.5;
  color: var(--jp-content-font-color1, #1b2530); }
dl.course-facts.course-facts dt, dl.course-facts.course-facts dd { margin: 0;
  padding: 0; float: none; width: auto;
  font-weight: normal; min-width: 0; overflow-wrap: anywhere; }
dl.course-facts.course-facts dt { font-weight: 600; }
.course-facts code { font-size: 12.5px; white-space: pre-wrap; background: none;
  padding: 0; color: inherit; }
.course-impossible { border-left: 4px solid #a34700; padding: 10px 14px;
  margin: 10px 0; max-width: 46em; line-height: 1.5; font-size: 14px;
  color: var(--jp-content-font-color1, #1b2530); }
</style>"""

# ipywidgets gives the handle of a slider and the buttons of a player no name, and
# offers no way to tell that a text changes; JupyterLab takes a letter or an arrow
# pressed in a menu for a command to the cell. This mends all three, as soon as the
# picture that carries it is loaded; where scripts don't run, the rest still works.
_NAMING = """
const box = this.closest('.course-explorer');
if (box && !box.observed) {
  box.observed = true;
  const put = (part, selector, values) => part.querySelectorAll(selector).forEach(
    (element) => Object.entries(values).forEach(
      ([name, value]) => element.setAttribute(name, value)));
  const name = () => {
    box.querySelectorAll('.widget-slider').forEach((slider) => {
      const label = slider.querySelector('.widget-label').textContent;
      put(slider, '[role=slider]', {'aria-label': label});
      put(slider, '.widget-readout',
        {role: 'textbox', 'aria-label': label + ', type a number'});
    });
    put(box, '.widget-play button:nth-child(1)', {'aria-label': 'play or pause'});
    put(box, '.widget-play button:nth-child(2)', {'aria-label': 'back to the start'});
    put(box, 'select, button, [role=slider]', {'data-lm-suppress-shortcuts': 'true'});
    put(box, '.course-live .widget-html-content', {role: 'status'});
  };
  name();
  new MutationObserver(name).observe(box, {childList: true, subtree: true});
}"""
NAMES = (
    '<img alt="" hidden src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" '
    f'onload="{escape(_NAMING)}" onerror="{escape(_NAMING)}">'
)


def picture(scene: Scene) -> str:
    """The panels and their key; a screen reader gets them as one described image."""
    panels = "".join(f"<span>{_row(pair)}</span>" for pair in draw_panels(scene))
    return (
        f'<div class="course-picture" role="img" aria-label="{escape(scene.alt)}">'
        f"{panels}</div>"
        f'<div class="course-key" aria-hidden="true">{_row(draw_key(scene))}</div>'
    )


def words(text: str) -> str:
    """What happens in a step."""
    return f'<p class="course-words">{escape(text)}</p>'


def impossible(reason: str) -> str:
    """Why a combination has no picture."""
    return (
        '<div class="course-impossible"><strong>There is no such layer:</strong> '
        f"{escape(reason)}.</div>"
    )


def facts(layer: Layer) -> str:
    """The size with its formula, and the code that makes the layer."""
    rows = "".join(
        f"<dt>{name}</dt><dd>{'<br>'.join(lines)}</dd>"
        for name, lines in _facts(layer).items()
    )
    return f'<dl class="course-facts">{rows}</dl>'


def plain_facts(layer: Layer) -> str:
    """The same for pages that drop the style."""
    return "".join(
        f"<p><strong>{name}:</strong> {' '.join(lines)}</p>"
        for name, lines in _facts(layer).items()
    )


def _facts(layer: Layer) -> dict[str, list[str]]:
    found = {axis.capitalize(): [escape(size)] for axis, size in layer.sizes.items()}
    for name, code in (("Keras", layer.keras), ("PyTorch", layer.pytorch)):
        if code:
            found[name] = [_code(line) for line in code.splitlines()]
    return found


def _code(line: str) -> str:
    return f"<code>{escape(line)}</code>"


def _row(drawings: Iterable[Drawing]) -> str:
    return "".join(map(svg, drawings))
