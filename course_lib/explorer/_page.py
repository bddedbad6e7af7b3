"""A scene as HTML, and all steps of a walk as one page that plays them."""

from __future__ import annotations

import json
from html import escape

from course_lib.explorer._drawing import draw_key, draw_panels
from course_lib.explorer._scene import Layer, Scene, Walk

MILLISECONDS = 1000
"""From step to step while it plays."""

STYLE = """<style>
.course-picture, .course-key { display: flex; flex-wrap: wrap; align-items: center;
  gap: 4px 10px; }
.course-picture { padding: 10px 0 6px; }
.course-key { gap: 2px 14px; padding: 4px 0; }
.course-picture svg, .course-key svg { max-width: 100%; height: auto; }
.course-words { margin: 0; min-height: 3em; line-height: 1.5; max-width: 56em;
  font-size: 14px; color: var(--jp-content-font-color1, #1b2530); }
.course-facts.course-facts { display: grid; gap: 3px 14px; font-size: 13px;
  grid-template-columns: max-content 1fr; margin: 4px 0 0; line-height: 1.5;
  color: var(--jp-content-font-color1, #1b2530); }
.course-facts.course-facts * { margin: 0; padding: 0; float: none; width: auto;
  font-weight: normal; min-width: 0; overflow-wrap: anywhere; }
.course-facts.course-facts dt { font-weight: 600; }
.course-facts.course-facts code { font-size: 12.5px; white-space: pre-wrap;
  background: none; color: inherit; }
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

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}, step by step</title>
{style}
<style>
:root {{ color-scheme: light dark; --jp-content-font-color1: CanvasText; }}
body {{ font-family: system-ui, "DejaVu Sans", Verdana, sans-serif; margin: 24px auto;
  max-width: 960px; padding: 0 16px; color: var(--jp-content-font-color1); }}
h1 {{ font-size: 22px; font-weight: 600; margin: 0 0 14px; }}
.controls {{ display: flex; flex-wrap: wrap; align-items: center; gap: 8px;
  font-size: 14px; }}
.controls button {{ font: inherit; padding: 5px 12px; min-width: 4.5em; }}
.controls label {{ display: flex; gap: 8px; flex: 1 1 260px; max-width: 480px; }}
.controls input {{ flex: 1; min-width: 0; }}
#told {{ min-width: 5em; }}
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
{facts}
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
    panels, key = (
        "".join(drawing.svg() for drawing in drawings)
        for drawings in (draw_panels(scene), draw_key(scene))
    )
    return (
        f'<div class="course-picture" role="img" aria-label="{escape(scene.alt)}">'
        f'{panels}</div><div class="course-key" aria-hidden="true">{key}</div>'
    )


def impossible(reason: str) -> str:
    """Why a combination has no picture."""
    return (
        '<div class="course-impossible"><strong>There is no such layer:</strong> '
        f"{escape(reason)}.</div>"
    )


def facts(layer: Layer, *, plain: bool = False) -> str:
    """The size with its formula, and the code; plain for pages that drop the style."""
    found = {axis.capitalize(): [escape(size)] for axis, size in layer.sizes.items()}
    for name, code in (("Keras", layer.keras), ("PyTorch", layer.pytorch)):
        if code:
            lines = escape(code).splitlines()
            found[name] = [f"<code>{line}</code>" for line in lines]
    row, between = "<dt>{}</dt><dd>{}</dd>", "<br>"
    if plain:
        row, between = "<p><strong>{}:</strong> {}</p>", " "
    rows = (row.format(name, between.join(lines)) for name, lines in found.items())
    told = "".join(rows)
    return told if plain else f'<dl class="course-facts">{told}</dl>'


def player(walk: Walk) -> str:
    """All steps of a walk as one page that needs no kernel and no network."""
    steps = json.dumps([[picture(scene), scene.words] for scene in walk.scenes()])
    return PAGE.format(
        title=escape(walk.layer.name),
        style=STYLE,
        last=walk.last,
        facts=facts(walk.layer),
        steps=steps.replace("</", "<\\/"),  # inside a script it would end it
        script=SCRIPT,
    )
