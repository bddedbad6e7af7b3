"""Which two networks can learn from each other, and what numbers a network gives."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from course_lib.backend import keras, tf

PASSING = (
    keras.layers.InputLayer,
    keras.layers.Reshape,
    keras.layers.Permute,
    keras.layers.Flatten,
    keras.layers.Cropping2D,
    keras.layers.UpSampling2D,
    keras.layers.MaxPooling2D,
    keras.layers.AveragePooling2D,
)
"""Layers after which numbers are in the range that they were in before."""


def check_networks(generator: keras.Model, discriminator: keras.Model) -> None:
    points, drawn = _shapes("generator", generator)
    judged, logits = _shapes("discriminator", discriminator)
    if len(points) != 1 or None in points:
        raise ValueError(
            "generator must take latent points of shape (batch, latent_dim); got "
            f"{generator.input_shape}"
        )
    if len(drawn) != 3 or None in drawn:
        raise ValueError(
            "generator must draw images of shape (batch, height, width, channels), of "
            f"a known size; got {generator.output_shape}"
        )
    if drawn != judged:
        raise ValueError(
            f"discriminator must take the generator's images, of shape {drawn}; it "
            f"takes {judged}"
        )
    if logits != (1,):
        raise ValueError(
            "discriminator must give one logit for each image, shape (batch, 1); got "
            f"{discriminator.output_shape}"
        )
    low, high = output_range(discriminator)
    if np.isfinite([low, high]).any():
        raise ValueError(
            "discriminator must give logits, since the loss applies the sigmoid; got "
            f"one whose last activation gives numbers from {low:g} to {high:g}, as a "
            "sigmoid does: leave it out"
        )
    weights = generator.trainable_variables + discriminator.trainable_variables
    half = {"float16", "bfloat16"}
    if half & {keras.config.floatx(), *(weight.dtype for weight in weights)}:
        raise ValueError(
            "the weights must be float32, as small steps are lost in 16 bits; got "
            "float16. Leave keras.config.floatx() at float32 and call "
            'keras.config.set_dtype_policy("mixed_float16") before building the models'
        )


def check_trainable(*networks: keras.Model) -> None:
    for network in networks:
        if not network.trainable_variables:
            raise ValueError(
                f"the {network.name} must have weights to train; it is frozen. Set "
                "trainable = True: each optimizer moves its own network only"
            )


def _shapes(name: str, network: Any) -> list[tuple[Any, ...]]:
    """Shapes of the one input and of the one output, without the batch."""
    if not isinstance(network, keras.Model):
        raise TypeError(f"{name} must be a Keras model; got {type(network).__name__}")
    ends: list[Any] = [getattr(network, end, None) for end in ("inputs", "outputs")]
    if not all(ends):
        raise ValueError(
            f"{name} must be a Sequential or functional model that knows its shapes. "
            f"Wrap yours: keras.Sequential([keras.Input(shape), {name}])"
        )
    counts = [len(end) for end in ends]
    if counts != [1, 1]:
        raise ValueError(
            f"{name} must have one input and one output; got {counts} of them"
        )
    return [end[0].shape[1:] for end in ends]


def output_range(model: keras.Model) -> tuple[float, float]:
    """Bounds of the numbers that a model gives, as far as its last layers tell."""
    low, high = -np.inf, np.inf
    for step in steps_of(model):
        if isinstance(step, keras.layers.Rescaling):  # by numbers, or one a channel
            with np.errstate(invalid="ignore"):
                ends = np.array([end * np.asarray(step.scale) for end in (low, high)])
            ends = np.where(np.isnan(ends), 0, ends) + step.offset  # 0 times infinity
            low, high = float(ends.min()), float(ends.max())
        elif not (isinstance(step, PASSING) or _is_linear(step)):
            low, high = _bounds(step)
    return low, high


def steps_of(model: keras.Model) -> Iterator[Any]:
    """Layers and operations of a model in their order, with those of nested ones."""
    for step in getattr(model, "operations", None) or model.layers:
        if isinstance(step, keras.Sequential) or hasattr(step, "operations"):
            yield from steps_of(step)
        else:
            yield step


def _is_linear(step: Any) -> bool:
    linear = keras.activations.linear
    return isinstance(step, keras.layers.Activation) and step.activation is linear


def _bounds(step: Any) -> tuple[float, float]:
    """Least and largest value of its activation, found by trying; else infinity."""
    activation: Any = getattr(step, "activation", None)
    if not isinstance(step, keras.layers.Layer):  # an operation such as ops.tanh
        activation = getattr(keras.activations, type(step).__name__.lower(), None)
    low, high = -np.inf, np.inf
    with suppress(Exception):  # none, or one of somebody's own
        tried = np.sinh(np.linspace(-14, 14, 2001, dtype="float32"))
        values = np.asarray(activation(tf.constant(tried.reshape(1, 1, 1, -1))))
        least, most = float(values.min()), float(values.max())
        low = round(least, 3) if least > -1e3 else low
        high = round(most, 3) if most < 1e3 else high
    return low, high
