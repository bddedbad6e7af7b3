"""The widgets: controls, and what follows them.

A control that moves calls `_change`, which builds the walk anew from the values of
all controls. `_redraw`, which the slider of the steps calls too, asks the walk for the
scene of the present step and shows it as HTML: picture, words and facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
from PIL import Image

from course_lib._arguments import whole_number
from course_lib.explorer import _page
from course_lib.explorer._drawing import resize, save_svg, sheet
from course_lib.explorer._scene import Scene, Walk
from course_lib.figures import show

MOST_FRAMES = 100


class Live(widgets.VBox):
    """Controls above what follows them; where no kernel runs, a copy that stands."""

    def __init__(self, controls: Iterable[Any], *parts: widgets.Widget) -> None:
        """Lays them out, and shows what follows."""
        controls = list(controls)
        columns = "repeat(auto-fill, minmax(min(250px, 100%), 1fr))"
        grid = widgets.Layout(grid_template_columns=columns, max_width="1060px")
        # By itself: a style that came with each picture would make the browser
        # reconsider the whole page each time.
        hidden = widgets.Layout(display="none")
        style = widgets.HTML(_page.STYLE + _page.NAMES, layout=hidden)
        super().__init__([widgets.GridBox(controls, layout=grid), *parts, style])
        self.add_class("course-explorer")
        for control in controls:
            control.observe(self._change, "value")
        self._change()

    def _change(self, change: object = None) -> None:
        """Shows what the controls say now."""
        raise NotImplementedError

    def _static(self) -> str:
        """What a page without a kernel shows."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self), "text/html": self._static()}


class Explorer(Live):
    """A layer that can be changed, and followed step by step.

    In a notebook it is a widget; where no kernel runs it is a picture with a text.

    Attributes:
        controls: The widget of each argument that can be changed, by name.
        walk: The layer with the present arguments; `None` if there is no such layer.
    """

    def __init__(
        self,
        build: Callable[..., Walk],
        controls: Mapping[str, Any],
        step: int | None = None,
    ) -> None:
        """Shows what `build` makes of the controls' values, at a step."""
        self._build, self.controls = build, controls
        self.walk: Walk | None = None
        self._step = widgets.IntSlider(
            description="step",
            tooltip="How many steps are done",
            style={"description_width": "initial"},
            layout=widgets.Layout(width="420px", max_width="100%"),
        )
        self._play = widgets.Play(
            interval=_page.MILLISECONDS, show_repeat=False, tooltip="Play the steps"
        )
        row = widgets.Layout(flex_flow="row wrap", align_items="center")
        moving = widgets.HBox([self._play, self._step], layout=row)
        shown = [widgets.HTML(tooltip="") for _ in range(3)]
        self._picture, self._words, self._facts = shown
        self._words.add_class("course-live")
        widgets.jslink((self._play, "value"), (self._step, "value"))
        super().__init__(controls.values(), moving, *shown)
        self._step.observe(self._redraw, "value")
        if step is not None and self.walk:
            self.step = step

    @property
    def step(self) -> int:
        """How many steps are done."""
        return int(self._step.value)

    @step.setter
    def step(self, value: int) -> None:
        last = self.walk.last if self.walk else 0
        if whole_number(value, "step", 0) > last:
            raise ValueError(f"step must be from 0 to {last}; got {value}")
        self._step.value = value

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        return self._possible().scene(self.step)

    def save_html(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Writes all steps as one page that plays in any browser, without a kernel."""
        target = _target(path, ".html", overwrite)
        target.write_text(_page.player(self._possible()), encoding="utf-8")
        return target

    def save_gif(
        self, path: str | Path, *, seconds: float = 1.0, overwrite: bool = False
    ) -> Path:
        """Writes all steps as an animated picture that begins anew."""
        scenes = self._possible().scenes()
        target = _target(path, ".gif", overwrite)
        if not 0.02 <= seconds <= 60:
            raise ValueError(f"seconds must be from 0.02 to 60; got {seconds!r}")
        if len(scenes) > MOST_FRAMES:
            raise ValueError(
                f"an animated picture can have {MOST_FRAMES} frames at most; this "
                f"layer has {len(scenes)}: use a smaller one, or save_html"
            )
        sheets = [sheet(scene, told=True) for scene in scenes]
        size = np.max([figure.get_size_inches() for figure in sheets], axis=0)
        for figure in sheets:
            resize(figure, *size)
        frames = [
            Image.open(BytesIO(show(figure, scene.alt).png))
            for figure, scene in zip(sheets, scenes, strict=True)
        ]
        milliseconds = round(seconds * 1000)
        frames[0].save(
            target,
            save_all=True,
            append_images=frames[1:],
            duration=[*[milliseconds] * (len(frames) - 1), 3 * milliseconds],
            loop=0,
        )
        return target

    def save_svg_frames(
        self, folder: str | Path, *, overwrite: bool = False
    ) -> list[Path]:
        """Writes each step as an SVG file into a folder: step-0.svg and so on."""
        scenes, place = self._possible().scenes(), Path(folder)
        frames = place.glob("step-*.svg")
        there = [path for path in frames if path.stem[len("step-") :].isdigit()]
        if there and not overwrite:
            raise FileExistsError(
                f"{place} has frames already; pass overwrite=True to replace them"
            )
        place.mkdir(exist_ok=True)
        for old in there:
            old.unlink()
        digits = len(str(len(scenes) - 1))
        files = [place / f"step-{scene.step:0{digits}}.svg" for scene in scenes]
        for file, scene in zip(files, scenes, strict=True):
            save_svg(scene, file)
        return files

    def __repr__(self) -> str:
        """The picture in words, for terminals and for comparing outputs."""
        if self.walk is None:
            return f"Explorer: there is no such layer. {self._why_not}"
        return f"Explorer: {self.scene.alt}"

    def _static(self) -> str:
        if self.walk is None:
            return _page.impossible(self._why_not)
        scene = self.scene
        return (
            f"{show(sheet(scene), scene.alt)._repr_html_()}"
            f"<p>{escape(scene.words)}</p>{_page.facts(scene.layer)}"
            "<p>Run the cell to change the layer and to move through the steps.</p>"
        )

    def _possible(self) -> Walk:
        if self.walk is None:
            raise ValueError(f"there is no such layer: {self._why_not}")
        return self.walk

    def _change(self, change: object = None) -> None:
        """Computes the layer anew; the step stays at the end, or where it was."""
        at_the_end = self.walk is None or self.step == self._step.max
        arguments = {name: control.value for name, control in self.controls.items()}
        try:
            self.walk = self._build(**arguments)
        except ValueError as error:  # such as a kernel larger than the image
            self.walk, self._why_not = None, str(error)
        last = self.walk.last if self.walk else self._step.max
        step = last if self.walk and at_the_end else min(self.step, last)
        for widget in (self._step, self._play):
            widget.disabled = self.walk is None
            with widget.hold_trait_notifications():
                widget.max, widget.value = last, step
        self._redraw()

    def _redraw(self, change: object = None) -> None:
        """Shows the present step, or why there is none."""
        if self.walk is None:
            shown = "", _page.impossible(self._why_not), ""
        else:
            scene = self.scene
            words = f'<p class="course-words">{escape(scene.words)}</p>'
            facts = f'<div class="course-facts">{_page.facts(scene.layer)}</div>'
            shown = _page.picture(scene), words, facts
        self._picture.value, self._words.value, self._facts.value = shown


def _target(path: str | Path, suffix: str, overwrite: bool) -> Path:
    target = Path(path)
    if target.suffix.lower() != suffix:
        raise ValueError(f"path must end in {suffix}; got {str(path)!r}")
    if target.exists() and not overwrite:
        raise FileExistsError(
            f"{target} exists already; pass overwrite=True to replace it"
        )
    return target
