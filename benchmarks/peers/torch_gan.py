"""The GAN in PyTorch, eager or compiled."""

import numpy as np
import torch
from torch import nn

import peers


def build(kind: str, compiled: bool) -> peers.Epoch:
    """Both networks and their Adam, with channels first as PyTorch has them."""
    torch.manual_seed(0)
    networks = build_generator(kind), build_discriminator(kind)
    g_optimizer, d_optimizer = (
        torch.optim.Adam(
            net.parameters(), peers.RATE, peers.BETAS, peers.EPSILON, fused=True
        )
        for net in networks
    )
    generator, discriminator = map(torch.compile, networks) if compiled else networks
    loss_of = nn.functional.binary_cross_entropy_with_logits

    def step(batch: np.ndarray) -> torch.Tensor:
        real = torch.from_numpy(batch).permute(0, 3, 1, 2)
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        generated = generator(torch.randn(len(real), peers.LATENT_DIM))
        logits = discriminator(torch.cat([real, generated.detach()]))
        loss = loss_of(logits, torch.cat([ones, zeros]))
        d_optimizer.zero_grad()
        loss.backward()
        d_optimizer.step()
        discriminator.requires_grad_(False)
        g_optimizer.zero_grad()
        loss_of(discriminator(generated), ones).backward()
        g_optimizer.step()
        discriminator.requires_grad_(True)
        return loss.detach()

    return peers.epoch_of(step)


def build_generator(kind: str) -> nn.Sequential:
    """Return a generator."""
    ((points, features), *growing), _ = peers.kernels(kind)
    _, side, _ = peers.KINDS[kind]
    norm = (peers.NORM_EPSILON, 1 - peers.MOMENTUM)
    layers = [
        nn.Linear(points, features, bias=False),
        nn.BatchNorm1d(features, *norm),
        nn.LeakyReLU(peers.SLOPE),
        nn.Unflatten(1, (-1, side, side)),
    ]
    for _, _, before, after in growing:
        last = after == 1
        if kind.startswith("transposed"):
            layers.append(nn.ConvTranspose2d(before, after, 3, 2, 1, 1, bias=last))
        else:
            layers.append(nn.Upsample(scale_factor=2))
            layers.append(nn.Conv2d(before, after, 3, padding=1, bias=last))
        if not last:
            layers += [nn.BatchNorm2d(after, *norm), nn.LeakyReLU(peers.SLOPE)]
    return nn.Sequential(*layers, nn.Tanh())


def build_discriminator(kind: str) -> nn.Sequential:
    """Return the discriminator."""
    _, (*convolutions, judge) = peers.kernels(kind)
    layers = []
    for _, _, before, after in convolutions:
        layers.append(nn.Conv2d(before, after, 3, 2, 1))
        layers += [nn.LeakyReLU(peers.SLOPE), nn.Dropout(peers.DROPOUT)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(*judge))
