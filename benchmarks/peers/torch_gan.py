"""The GAN in PyTorch, eager or compiled."""

import numpy as np
import torch
from torch import nn

import peers


def build(kind: str, compiled: bool) -> peers.Epoch:
    """Both networks and their Adam, with channels first as PyTorch has them."""
    torch.manual_seed(0)
    generator, discriminator = build_generator(kind), build_discriminator()
    g_optimizer, d_optimizer = (
        torch.optim.Adam(
            net.parameters(), peers.RATE, peers.BETAS, peers.EPSILON, fused=True
        )
        for net in (generator, discriminator)
    )
    if compiled:
        generator, discriminator = map(torch.compile, (generator, discriminator))
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
    """Return one of the two generators."""
    features = 25 * peers.MAPS
    enlarge = [nn.Upsample(scale_factor=2), nn.Conv2d(peers.MAPS, 1, 3, padding=1)]
    if kind == "transposed":
        enlarge = [nn.ConvTranspose2d(peers.MAPS, 1, 3, 2, 1, 1)]
    return nn.Sequential(
        nn.Linear(peers.LATENT_DIM, features, bias=False),
        nn.BatchNorm1d(features, peers.NORM_EPSILON, 1 - peers.MOMENTUM),
        nn.LeakyReLU(peers.SLOPE),
        nn.Unflatten(1, (peers.MAPS, 5, 5)),
        *enlarge,
        nn.Tanh(),
    )


def build_discriminator() -> nn.Sequential:
    """Return the discriminator."""
    layers = []
    for maps_in, maps_out in ((1, 64), (64, 128)):
        layers.append(nn.Conv2d(maps_in, maps_out, 3, 2, 1))
        layers += [nn.LeakyReLU(peers.SLOPE), nn.Dropout(peers.DROPOUT)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(9 * 128, 1))
