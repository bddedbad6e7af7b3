"""The GAN in JAX, each step compiled as a whole."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import peers

LAYOUT = ("NHWC", "HWIO", "NHWC")
ADAM = optax.adam(peers.RATE, *peers.BETAS, peers.EPSILON)


def build(kind: str) -> peers.Epoch:
    """Both networks, as their weights, and one compiled step."""
    keys = iter(jax.random.split(jax.random.key(0), 8))
    glorot = jax.nn.initializers.glorot_uniform()
    size, side, maps, _ = peers.plan(kind)
    features = side**2 * maps[0]
    norms = [features, *maps[1:-1]]
    generator = {
        "project": glorot(next(keys), (peers.LATENT_DIM, features)),
        "grow": [glorot(next(keys), (3, 3, *pair)) for pair in pairwise(maps)],
        "scale": [jnp.ones(count) for count in norms],
        "shift": [jnp.zeros(count) for count in norms],
        "bias": jnp.zeros(1),
    }
    discriminator = {
        "shrink_1": glorot(next(keys), (3, 3, 1, 64)),
        "bias_1": jnp.zeros(64),
        "shrink_2": glorot(next(keys), (3, 3, 64, 128)),
        "bias_2": jnp.zeros(128),
        "judge": glorot(next(keys), (peers.judged(size), 1)),
        "judge_bias": jnp.zeros(1),
    }
    pair = (generator, discriminator)
    moving = [(jnp.zeros(count), jnp.ones(count)) for count in norms]
    state = (pair, tuple(map(ADAM.init, pair)), moving, next(keys))
    compiled = jax.jit(train, static_argnums=0, donate_argnums=1)

    def step(batch: np.ndarray) -> jax.Array:
        nonlocal state
        state, loss = compiled(kind, state, batch)
        return loss

    return peers.epoch_of(step)


def train(kind, state, real):
    """Return the state after one step of both networks, and the loss."""
    (generator, discriminator), (g_moments, d_moments), moving, key = state
    key, noise, once, again = jax.random.split(key, 4)
    points = jax.random.normal(noise, (len(real), peers.LATENT_DIM))
    generated, back, batch = jax.vjp(
        lambda weights: generate(kind, weights, points), generator, has_aux=True
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
    moving = optax.incremental_update(batch, moving, 1 - peers.MOMENTUM)
    return ((generator, discriminator), (g_moments, d_moments), moving, key), loss


def generate(kind, weights, points):
    """Return images, and mean and variance of the batch for each normalization."""
    _, side, maps, upsampling = peers.plan(kind)
    measured = []

    def hidden(x):
        axes, number = tuple(range(x.ndim - 1)), len(measured)
        mean, variance = x.mean(axes), x.var(axes)
        measured.append((mean, variance))
        x = (x - mean) * lax.rsqrt(variance + peers.NORM_EPSILON)
        x = x * weights["scale"][number] + weights["shift"][number]
        return jax.nn.leaky_relu(x, peers.SLOPE)

    x = hidden(points @ weights["project"]).reshape(-1, side, side, maps[0])
    for kernel in weights["grow"]:
        if upsampling:
            x = convolve(x.repeat(2, axis=1).repeat(2, axis=2), kernel, 1)
        else:
            layout = {"dimension_numbers": LAYOUT}
            x = lax.conv_transpose(x, kernel, (2, 2), "SAME", **layout)
        x = x if kernel is weights["grow"][-1] else hidden(x)
    return jnp.tanh(x + weights["bias"]), measured


def judge(weights, images, key):
    """Return logits, with dropout."""
    x = images
    for number, drop in enumerate(jax.random.split(key), 1):
        x = convolve(x, weights[f"shrink_{number}"], 2) + weights[f"bias_{number}"]
        x = jax.nn.leaky_relu(x, peers.SLOPE)
        kept = jax.random.bernoulli(drop, 1 - peers.DROPOUT, x.shape)
        x = jnp.where(kept, x / (1 - peers.DROPOUT), 0)
    return x.reshape(len(images), -1) @ weights["judge"] + weights["judge_bias"]


def convolve(x, kernel, stride):
    """Return a convolution with padding `same`."""
    return lax.conv_general_dilated(
        x, kernel, (stride, stride), "SAME", dimension_numbers=LAYOUT
    )


def moved(weights, gradients, moments):
    """Return weights and moments after a step of Adam."""
    updates, moments = ADAM.update(gradients, moments)
    return optax.apply_updates(weights, updates), moments
