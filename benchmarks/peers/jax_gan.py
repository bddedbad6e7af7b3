"""The GAN in JAX, each step compiled as a whole."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from . import setting

DIMENSIONS = ("NHWC", "HWIO", "NHWC")


class JaxGan:
    """Trains one of the two generators; `kind` is "upsampling" or "transposed"."""

    def __init__(self, kind: str) -> None:
        keys = jax.random.split(jax.random.key(0), 6)
        features = 25 * setting.MAPS
        glorot = jax.nn.initializers.glorot_uniform()
        generator = {
            "project": glorot(keys[0], (setting.LATENT_DIM, features)),
            "scale": jnp.ones(features),
            "shift": jnp.zeros(features),
            "draw": glorot(keys[1], (3, 3, setting.MAPS, 1)),
            "draw_bias": jnp.zeros(1),
        }
        discriminator = {
            "shrink_1": glorot(keys[2], (3, 3, 1, 64)),
            "bias_1": jnp.zeros(64),
            "shrink_2": glorot(keys[3], (3, 3, 64, 128)),
            "bias_2": jnp.zeros(128),
            "judge": glorot(keys[4], (9 * 128, 1)),
            "judge_bias": jnp.zeros(1),
        }
        adam = optax.adam(setting.LEARNING_RATE, *setting.BETAS, setting.EPSILON)
        pair = (generator, discriminator)
        moving = (jnp.zeros(features), jnp.ones(features))
        self.state = (pair, tuple(map(adam.init, pair)), moving, keys[5])
        self.step = jax.jit(make_step(kind, adam), donate_argnums=0)

    def epoch(self, batches: list[np.ndarray]) -> float:
        """Trains on every batch once and returns the last discriminator loss."""
        for batch in batches:
            self.state, loss = self.step(self.state, batch)
        return float(loss)


def make_step(kind: str, adam: optax.GradientTransformation):
    """Returns one step of both networks as a function of its state."""
    draw = {"upsampling": draw_upsampled, "transposed": draw_transposed}[kind]

    def generate(weights, points):
        x = points @ weights["project"]
        mean, variance = x.mean(axis=0), x.var(axis=0)
        x = (x - mean) * lax.rsqrt(variance + setting.NORM_EPSILON)
        x = leaky_relu(x * weights["scale"] + weights["shift"])
        x = draw(x.reshape(-1, 5, 5, setting.MAPS), weights["draw"])
        return jnp.tanh(x + weights["draw_bias"]), (mean, variance)

    def judge(weights, images, key):
        keys = jax.random.split(key)
        x = leaky_relu(convolve(images, weights["shrink_1"], 2) + weights["bias_1"])
        x = drop(keys[0], x)
        x = leaky_relu(convolve(x, weights["shrink_2"], 2) + weights["bias_2"])
        x = drop(keys[1], x).reshape(len(images), -1)
        return x @ weights["judge"] + weights["judge_bias"]

    def moved(weights, gradients, moments):
        updates, moments = adam.update(gradients, moments)
        return optax.apply_updates(weights, updates), moments

    def step(state, real):
        (generator, discriminator), (g_moments, d_moments), moving, key = state
        key, noise, once, again = jax.random.split(key, 4)
        points = jax.random.normal(noise, (len(real), setting.LATENT_DIM))
        generated, back, batch = jax.vjp(
            lambda weights: generate(weights, points), generator, has_aux=True
        )

        def d_loss(weights):
            logits = judge(weights, jnp.concatenate([real, generated]), once)
            of_real, of_generated = jnp.split(logits, 2)
            loss = jax.nn.softplus(-of_real) + jax.nn.softplus(of_generated)
            return loss.mean() / 2

        def g_loss(images):
            return jax.nn.softplus(-judge(discriminator, images, again)).mean()

        loss, gradients = jax.value_and_grad(d_loss)(discriminator)
        discriminator, d_moments = moved(discriminator, gradients, d_moments)
        (gradients,) = back(jax.grad(g_loss)(generated))
        generator, g_moments = moved(generator, gradients, g_moments)
        moving = optax.incremental_update(batch, moving, 1 - setting.MOMENTUM)
        pair = (generator, discriminator)
        return (pair, (g_moments, d_moments), moving, key), loss

    return step


def draw_upsampled(x, kernel):
    """Upsamples and convolves."""
    return convolve(x.repeat(2, axis=1).repeat(2, axis=2), kernel, 1)


def draw_transposed(x, kernel):
    """Convolves transposed."""
    return lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=DIMENSIONS)


def convolve(x, kernel, stride):
    """Convolves with padding `same`."""
    return lax.conv_general_dilated(
        x, kernel, (stride, stride), "SAME", dimension_numbers=DIMENSIONS
    )


def leaky_relu(x):
    """As in Keras."""
    return jax.nn.leaky_relu(x, setting.SLOPE)


def drop(key, x):
    """Sets a share of the features to zero."""
    kept = jax.random.bernoulli(key, 1 - setting.DROPOUT, x.shape)
    return jnp.where(kept, x / (1 - setting.DROPOUT), 0)
