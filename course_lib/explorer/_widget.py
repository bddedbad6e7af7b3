"""The explorer as a widget: controls, a picture, and the step in words."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from course_lib._arguments import whole_number
from course_lib.explorer import _export, _page
from course_lib.explorer._pixels import pixels
from course_lib.explorer._scene import Scene, Walk
from course_lib.explorer._sheet import sheet

MILLISECONDS = 1000
"""From step to step while it plays."""


class Explorer(widgets.VBox):
    """A layer that can be changed, and followed step by step.

    In a notebook it is a widget; where no kernel runs it is a picture with a text.

    Attributes:
        controls: The widget of each argument that can be changed, by name.
        walk: The layer with the present arguments; `None` if there is no such layer.
    """

    controls: Mapping[str, Any]
    walk: Walk | None

    def __init__(
        self,
        build: Callable[..., Walk],
        controls: Mapping[str, Any],
        step: int | None = None,
    ) -> None:
        """Shows what `build` makes of the controls' values, at a step."""
        self._build = build
        self.controls = controls
        self.walk = None
        self._why_not = ""
        self._step = widgets.IntSlider(
            0,
            0,
            1,
            description="step",
            tooltip="How many steps are done",
            style={"description_width": "initial"},
            layout=widgets.Layout(width="420px", max_width="100%"),
        )
        self._play = widgets.Play(
            interval=MILLISECONDS, max=1, show_repeat=False, tooltip="Play the steps"
        )
        self._picture, self._words, self._facts = (
            widgets.HTML(tooltip="") for _ in range(3)
        )
        self._words.add_class("course-live")
        super().__init__(
            [
                _grid(list(controls.values())),
                _row([self._play, self._step]),
                # By itself: a style that came with each picture would make the
                # browser reconsider the whole page each time.
                widgets.HTML(_page.STYLE, layout=widgets.Layout(display="none")),
                self._picture,
                self._words,
                self._facts,
            ]
        )
        self.add_class("course-explorer")
        widgets.jslink((self._play, "value"), (self._step, "value"))
        self._rebuild()
        if step is not None and self.walk:
            self.step = step
        for control in controls.values():
            control.observe(self._rebuild, "value")
        self._step.observe(self._redraw, "value")

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
        return _export.save_html(self._possible(), path, overwrite=overwrite)

    def save_gif(
        self, path: str | Path, *, seconds: float = 1.0, overwrite: bool = False
    ) -> Path:
        """Writes all steps as an animated picture."""
        return _export.save_gif(
            self._possible(), path, seconds=seconds, overwrite=overwrite
        )

    def save_svg_frames(
        self, folder: str | Path, *, overwrite: bool = False
    ) -> list[Path]:
        """Writes one SVG file for each step into a folder."""
        return _export.save_svg_frames(self._possible(), folder, overwrite=overwrite)

    def __repr__(self) -> str:
        """The picture in words, for terminals and for comparing outputs."""
        if self.walk is None:
            return f"Explorer: there is no such layer. {self._why_not}"
        return f"Explorer: {self.scene.alt}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self), "text/html": self._static()}

    def _static(self) -> str:
        """What a page without a kernel shows."""
        if self.walk is None:
            return _page.impossible(self._why_not)
        png = BytesIO()
        image = pixels(sheet(self.scene, told=False))
        image.save(png, "PNG", optimize=True)
        data = base64.b64encode(png.getvalue()).decode("ascii")
        return (
            f'<img alt="{escape(self.scene.alt)}" src="data:image/png;base64,{data}" '
            f'width="{image.width // 2}" style="max-width:100%;height:auto">'
            f"<p>{escape(self.scene.words)}</p>{_page.plain_facts(self.walk.layer)}"
            "<p>Run the cell to change the layer and to move through the steps.</p>"
        )

    def _possible(self) -> Walk:
        if self.walk is None:
            raise ValueError(f"there is no such layer: {self._why_not}")
        return self.walk

    def _rebuild(self, change: object = None) -> None:
        """Computes the layer anew after a control has moved."""
        at_the_end = self.walk is None or self.step == self._step.max
        arguments = {name: control.value for name, control in self.controls.items()}
        try:
            self.walk = self._build(**arguments)
        except (TypeError, ValueError) as error:
            self.walk, self._why_not = None, str(error)
            self._show_why_not()
            return
        last = self.walk.last
        step = last if at_the_end else min(self.step, last)
        self._step.disabled = self._play.disabled = False
        with self._step.hold_trait_notifications():
            self._step.max, self._step.value = last, step
        with self._play.hold_trait_notifications():
            self._play.max, self._play.value = last, step
        self._redraw()

    def _redraw(self, change: object = None) -> None:
        """Shows the present step."""
        if self.walk is None:
            return
        scene = self.walk.scene(self.step)
        self._picture.value = _page.picture(scene)
        self._words.value = _page.words(scene.words)
        self._facts.value = _page.facts(self.walk.layer) + _page.NAMES

    def _show_why_not(self) -> None:
        self._step.disabled = self._play.disabled = True
        self._picture.value = ""
        self._words.value = _page.impossible(self._why_not)
        self._facts.value = _page.NAMES


def _grid(children: list[Any]) -> Any:
    columns = "repeat(auto-fill, minmax(min(250px, 100%), 1fr))"
    layout = widgets.Layout(grid_template_columns=columns, max_width="1060px")
    return widgets.GridBox(children, layout=layout)


def _row(children: list[Any]) -> Any:
    layout = widgets.Layout(flex_flow="row wrap", align_items="center")
    return widgets.HBox(children, layout=layout)
