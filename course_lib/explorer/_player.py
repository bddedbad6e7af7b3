"""All steps of a walk in one page, with a small script that plays them."""

from __future__ import annotations

import json
from html import escape

from course_lib.explorer import _page
from course_lib.explorer._drawing import draw_key, draw_panels
from course_lib.explorer._scene import Scene, Walk
from course_lib.explorer._svg import ON_PAGE, svg, svg_mark

MILLISECONDS = 1000

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}, step by step</title>
{style}
<style>
:root {{ color-scheme: light dark; --jp-content-font-color1: #1b2530; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --jp-content-font-color1: #eceff2; background: #14181c; }}
}}
body {{ font-family: system-ui, "DejaVu Sans", Verdana, sans-serif; margin: 24px auto;
  max-width: 960px; padding: 0 16px; color: var(--jp-content-font-color1); }}
h1 {{ font-size: 22px; font-weight: 600; margin: 0 0 14px; }}
.controls {{ display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }}
.controls button {{ font: inherit; font-size: 14px; padding: 5px 12px;
  min-width: 4.5em; }}
.controls label {{ display: flex; align-items: center; gap: 8px; font-size: 14px;
  flex: 1 1 260px; max-width: 480px; }}
.controls input {{ flex: 1; min-width: 0; accent-color: #a34700; }}
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
<label for="step">Step <input id="step" type="range" min="0" max="{last}"
  value="{last}"><span id="told">{last} of {last}</span></label>
</div>
<div id="picture" class="course-picture" role="img" aria-label="{alt}">{panels}</div>
<div class="course-key" aria-hidden="true">{key}</div>
<div id="words" role="status">{words}</div>
{facts}
</main>
<script type="application/json" id="steps">{steps}</script>
<script>{script}</script>
</body>
</html>
"""

SCRIPT = """
const find = (id) => document.getElementById(id);
const { marks, frames } = JSON.parse(find("steps").textContent);
const slider = find("step"), last = frames.length - 1;
let timer = null;
const svg = ([width, height, drawn]) =>
  `<svg aria-hidden="true" viewBox="0 0 ${width} ${height}" width="${width}" ` +
  `height="${height}">${drawn.map((mark) => marks[mark]).join("")}</svg>`;
function show(step) {
  const frame = frames[step];
  slider.value = step;
  find("told").textContent = `${step} of ${last}`;
  find("picture").innerHTML = frame.panels
    .map((pair) => `<span>${pair.map(svg).join("")}</span>`).join("");
  find("picture").setAttribute("aria-label", frame.alt);
  find("words").firstElementChild.textContent = frame.words;
}
function pause() {
  clearInterval(timer);
  timer = null;
  find("play").textContent = "Play";
}
function advance() {
  if (+slider.value < last) show(+slider.value + 1);
  if (+slider.value === last) pause();
}
find("play").onclick = () => {
  if (timer !== null) return pause();
  if (+slider.value === last) show(0);
  find("play").textContent = "Pause";
  timer = setInterval(advance, MILLISECONDS);
};
find("back").onclick = () => { pause(); show(Math.max(+slider.value - 1, 0)); };
find("next").onclick = () => { pause(); show(Math.min(+slider.value + 1, last)); };
slider.oninput = () => { pause(); show(+slider.value); };
show(last);
""".replace("MILLISECONDS", str(MILLISECONDS))


def player(walk: Walk) -> str:
    """The page, as text.

    Args:
        walk: The layer to play.
    """
    scenes = [walk.scene(step) for step in range(walk.last + 1)]
    scene = scenes[-1]
    panels = "".join(
        f"<span>{''.join(map(svg, pair))}</span>" for pair in draw_panels(scene)
    )
    # Inside a script element "</" would end it.
    steps = json.dumps(_frames(scenes), separators=(",", ":")).replace("</", "<\\/")
    return PAGE.format(
        title=escape(walk.layer.name),
        style=_page.STYLE,
        last=walk.last,
        alt=escape(scene.alt),
        panels=panels,
        key="".join(map(svg, draw_key(scene))),
        words=_page.words(scene.words),
        facts=_page.facts(walk.layer),
        steps=steps,
        script=SCRIPT,
    )


def _frames(scenes: list[Scene]) -> dict[str, object]:
    """The frames, with each mark written once: most return from step to step."""
    marks: dict[str, int] = {}
    frames = [
        {
            "words": scene.words,
            "alt": scene.alt,
            "panels": [
                [
                    [
                        round(drawing.width, 2),
                        round(drawing.height, 2),
                        [
                            marks.setdefault(svg_mark(mark, ON_PAGE), len(marks))
                            for mark in drawing.marks
                        ],
                    ]
                    for drawing in pair
                ]
                for pair in draw_panels(scene)
            ],
        }
        for scene in scenes
    ]
    return {"marks": list(marks), "frames": frames}
