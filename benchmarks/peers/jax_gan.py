"""The GAN in JAX, each step compiled as a whole."""

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
    keys = jax.random.split(jax.random.key(0), 6)
    features = 25 * peers.MAPS
    glorot = jax.nn.initializers.glorot_uniform()
    generator = {
        "project": glorot(keys[0], (peers.LATENT_DIM, features)),
        "scale": jnp.ones(features),
        "shift": jnp.zeros(features),
        "draw": glorot(keys[1], (3, 3, peers.MAPS, 1)),
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
    pair = (generator, discriminator)
    moving = (jnp.zeros(features), jnp.ones(features))
    state = (pair, tuple(map(ADAM.init, pair)), moving, keys[5])
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
    """Return images, and mean and variance of the batch."""
    x = points @ weights["project"]
    mean, variance = x.mean(axis=0), x.var(axis=0)
    x = (x - mean) * lax.rsqrt(variance + peers.NORM_EPSILON)
    x = jax.nn.leaky_relu(x * weights["scale"] + weights["shift"], peers.SLOPE)
    x = x.reshape(-1, 5, 5, peers.MAPS)
    if kind == "upsampling":
        x = convolve(x.repeat(2, axis=1).repeat(2, axis=2), weights["draw"], 1)
    else:
        layout = {"dimension_numbers": LAYOUT}
        x = lax.conv_transpose(x, weights["draw"], (2, 2), "SAME", **layout)
    return jnp.tanh(x + weights["draw_bias"]), (mean, variance)


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
