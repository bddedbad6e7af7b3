"""A scene as HTML, and all steps of a walk as one page that plays them."""

from __future__ import annotations

import json
from functools import cache
from html import escape

import numpy as np

from course_lib.explorer._drawing import cell_side, svg
from course_lib.explorer._scene import GAP, Panel, Scene, Walk

MILLISECONDS = 1000
"""From step to step while it plays."""

STYLE = """<style>
.course-picture, .course-key, .course-words, .course-facts, .course-impossible {
  line-height: 1.5; font-size: 14px; color: var(--jp-content-font-color1, #1b2530); }
.course-picture, .course-key, .course-panel { display: flex; flex-wrap: wrap;
  align-items: center; gap: 8px 10px; }
.course-panel { flex-wrap: nowrap; text-align: center; min-width: 0; }
.course-panel > div { min-width: 0; }
.course-panel > span { font-size: 20px; }
.course-panel > span:empty { display: none; }
.course-picture { padding: 10px 0 6px; }
.course-picture svg, .course-key svg { max-width: 100%; height: auto;
  vertical-align: middle; }
.course-key { font-size: 12px; gap: 4px 20px; padding: 4px 0; }
.course-words { margin: 0; min-height: 3em; max-width: 56em; }
div.course-facts p { display: grid; grid-template-columns: 11em 1fr; margin: 4px 0; }
.course-facts code { grid-column: 2; font-size: 12.5px; white-space: pre-wrap;
  overflow-wrap: anywhere; background: none; color: inherit; padding: 0; }
@media (max-width: 600px) {
  div.course-facts p, .course-facts code { display: block; } }
.course-impossible { border-left: 4px solid #a34700; padding: 10px 14px;
  margin: 10px 0; max-width: 46em; }
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

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}, step by step</title>
{style}
<style>
:root {{ color-scheme: light dark; --jp-content-font-color1: CanvasText; }}
body {{ font-family: system-ui, "DejaVu Sans", sans-serif; margin: 24px auto;
  max-width: 960px; padding: 0 16px; color: CanvasText; }}
h1 {{ font-size: 22px; }}
.controls, .controls label {{ display: flex; flex-wrap: wrap; gap: 8px;
  align-items: center; }}
.controls label, .controls input {{ flex: 1; max-width: 480px; }}
.controls button {{ font: inherit; min-width: 5em; padding: 5px; }}
</style>
</head>
<body>
<main>
<h1>{title}, step by step</h1>
<div class="controls">
<button id="play" type="button">Play</button>
<button id="back" type="button">Back</button>
<button id="next" type="button">Next</button>
<label for="step">Step <input id="step" type="range" min="0" max="{last}">
  <span id="told"></span></label>
</div>
<div id="picture"></div>
<p id="words" role="status" class="course-words"></p>
<div class="course-facts">{facts}</div>
</main>
<script type="application/json" id="steps">{steps}</script>
<script>{script}</script>
</body>
</html>
"""

SCRIPT = """
const find = (id) => document.getElementById(id);
const frames = JSON.parse(find("steps").textContent), last = frames.length - 1;
const slider = find("step");
let timer = null;
function show(step) {
  slider.value = step;  // which keeps it in the range
  find("told").textContent = `${slider.value} of ${last}`;
  [find("picture").innerHTML, find("words").textContent] = frames[slider.value];
}
function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(advance, MILLISECONDS) : null;
  find("play").textContent = on ? "Pause" : "Play";
}
function move(by) {
  play(false);
  show(+slider.value + by);
}
function advance() {
  show(+slider.value + 1);
  if (+slider.value === last) play(false);
}
find("play").onclick = () => {
  if (!timer && +slider.value === last) show(0);
  play(!timer);
};
find("back").onclick = () => move(-1);
find("next").onclick = () => move(1);
slider.oninput = () => move(0);
show(last);
""".replace("MILLISECONDS", str(MILLISECONDS))


def picture(scene: Scene) -> str:
    """The panels and their key; a screen reader gets them as one described image."""
    side = cell_side(scene.panels)
    panels = "".join(
        f'<div class="course-panel"><span>{panel.operator}</span>'
        f"<div><div>{escape(panel.title)}</div>{svg(panel, side)}</div></div>"
        for panel in scene.panels
    )
    key = "".join(
        f"<span>{_swatch(role)} {escape(meaning)}</span>"
        for role, meaning in scene.layer.key.items()
    )
    return (
        f'<div class="course-picture" role="img" aria-label="{escape(scene.alt)}">'
        f'{panels}</div><div class="course-key" aria-hidden="true">{key}</div>'
    )


@cache
def _swatch(role: str) -> str:
    """One empty cell of a role, or an outlined window."""
    empty, here = np.full((1, 1), np.nan), (0, 0, 1, 1)
    if role == "footprint":
        return svg(Panel("", empty, GAP, outlines=(here,)), 16)
    return svg(Panel("", empty, role), 16)


def impossible(reason: str) -> str:
    """Why a combination has no picture."""
    return (
        '<div class="course-impossible"><strong>There is no such layer:</strong> '
        f"{escape(reason)}.</div>"
    )


def facts(layer: Walk) -> str:
    """The size with its formula, and the code."""
    told = {axis.capitalize(): escape(size) for axis, size in layer.sizes.items()}
    for name, code in (("Keras", layer.keras), ("PyTorch", layer.pytorch)):
        if code:
            lines = escape(code).splitlines()
            told[name] = " ".join(f"<code>{line}</code>" for line in lines)
    rows = (f"<p><strong>{name}:</strong> {fact}</p>" for name, fact in told.items())
    return "".join(rows)


def player(walk: Walk) -> str:
    """All steps of a walk as one page that needs no kernel and no network."""
    steps = json.dumps([[picture(scene), scene.words] for scene in walk.scenes()])
    return PAGE.format(
        title=escape(walk.name),
        style=STYLE,
        last=walk.last,
        facts=facts(walk),
        steps=steps.replace("</", "<\\/"),  # inside a script it would end it
        script=SCRIPT,
    )
