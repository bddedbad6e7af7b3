"""The GAN in JAX, each step compiled as a whole."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

import peers

ADAM = optax.adam(peers.RATE, *peers.BETAS, peers.EPSILON)
convolve = partial(
    lax.conv_general_dilated,
    padding="SAME",
    dimension_numbers=("NHWC", "HWIO", "NHWC"),
)


def build(kind: str) -> peers.Epoch:
    """Both networks, each layer a kernel, scale and bias, and one compiled step."""
    keys = iter(jax.random.split(jax.random.key(0), 8))
    glorot = jax.nn.initializers.glorot_uniform()

    def initial(shape: tuple[int, ...]) -> tuple[jax.Array, ...]:
        return glorot(next(keys), shape), jnp.ones(shape[-1]), jnp.zeros(shape[-1])

    weights = tuple([*map(initial, shapes)] for shapes in peers.kernels(kind))
    moving = [(0 * bias, 1 * scale) for _, scale, bias in weights[0][:-1]]
    state = (weights, tuple(map(ADAM.init, weights)), moving, next(keys))
    compiled = jax.jit(partial(train, kind), donate_argnums=0)

    def step(batch: np.ndarray) -> jax.Array:
        nonlocal state
        state, loss = compiled(state, batch)
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
    (project, *norm), *stages, (last, _, bias) = weights
    x, found = hidden(points @ project, *norm)
    measured = [found]
    _, side, _ = peers.KINDS[kind]
    x = x.reshape(len(points), side, side, -1)
    for kernel, *norm in stages:
        x, found = hidden(grown(kind, x, kernel), *norm)
        measured.append(found)
    return jnp.tanh(grown(kind, x, last) + bias), measured


def grown(kind, x, kernel):
    """Return maps of twice the height and width."""
    if kind.startswith("transposed"):
        return lax.conv_transpose(x, kernel, (2, 2), "SAME")
    return convolve(x.repeat(2, axis=1).repeat(2, axis=2), kernel, (1, 1))


def hidden(x, scale, shift):
    """Normalize and activate; return mean and variance, too."""
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axes), x.var(axes)
    x = (x - mean) * lax.rsqrt(variance + peers.NORM_EPSILON) * scale + shift
    return jax.nn.leaky_relu(x, peers.SLOPE), (mean, variance)


def judge(weights, images, key):
    """Return logits, with dropout."""
    x = images
    for (kernel, _, bias), drop in zip(weights[:2], jax.random.split(key), strict=True):
        x = jax.nn.leaky_relu(convolve(x, kernel, (2, 2)) + bias, peers.SLOPE)
        kept = jax.random.bernoulli(drop, 1 - peers.DROPOUT, x.shape)
        x = jnp.where(kept, x / (1 - peers.DROPOUT), 0)
    kernel, _, bias = weights[2]
    return x.reshape(len(x), -1) @ kernel + bias


def moved(weights, gradients, moments):
    """Return weights and moments after a step of Adam."""
    updates, moments = ADAM.update(gradients, moments)
    return optax.apply_updates(weights, updates), moments
