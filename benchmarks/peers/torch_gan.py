"""The GAN in PyTorch, eager or compiled."""

import numpy as np
import torch
from torch import nn

from . import setting


class TorchGan:
    """Trains one of the two generators; `kind` is "upsampling" or "transposed"."""

    def __init__(self, kind: str, compiled: bool) -> None:
        torch.manual_seed(0)
        self.generator = generator(kind)
        self.discriminator = discriminator()
        rate, betas, epsilon = setting.LEARNING_RATE, setting.BETAS, setting.EPSILON
        self.g_optimizer, self.d_optimizer = (
            torch.optim.Adam(net.parameters(), rate, betas, epsilon, fused=True)
            for net in (self.generator, self.discriminator)
        )
        if compiled:
            self.generator = torch.compile(self.generator)
            self.discriminator = torch.compile(self.discriminator)

    def epoch(self, batches: list[np.ndarray]) -> float:
        """Trains on every batch once and returns the last discriminator loss."""
        for batch in batches:
            loss = self.step(torch.from_numpy(batch).permute(0, 3, 1, 2))
        return float(loss)

    def step(self, real: torch.Tensor) -> torch.Tensor:
        """One step of both networks."""
        loss_of = nn.functional.binary_cross_entropy_with_logits
        ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
        generated = self.generator(torch.randn(len(real), setting.LATENT_DIM))
        logits = self.discriminator(torch.cat([real, generated.detach()]))
        loss = loss_of(logits, torch.cat([ones, zeros]))
        self.d_optimizer.zero_grad()
        loss.backward()
        self.d_optimizer.step()
        self.discriminator.requires_grad_(False)
        self.g_optimizer.zero_grad()
        loss_of(self.discriminator(generated), ones).backward()
        self.g_optimizer.step()
        self.discriminator.requires_grad_(True)
        return loss.detach()


def generator(kind: str) -> nn.Sequential:
    """The generator, with channels first as PyTorch has them."""
    features = 25 * setting.MAPS
    enlarge = [nn.Upsample(scale_factor=2), nn.Conv2d(setting.MAPS, 1, 3, padding=1)]
    if kind == "transposed":
        enlarge = [nn.ConvTranspose2d(setting.MAPS, 1, 3, 2, 1, 1)]
    return nn.Sequential(
        nn.Linear(setting.LATENT_DIM, features, bias=False),
        nn.BatchNorm1d(features, setting.NORM_EPSILON, 1 - setting.MOMENTUM),
        nn.LeakyReLU(setting.SLOPE),
        nn.Unflatten(1, (setting.MAPS, 5, 5)),
        *enlarge,
        nn.Tanh(),
    )


def discriminator() -> nn.Sequential:
    """The discriminator."""
    return nn.Sequential(
        nn.Conv2d(1, 64, 3, 2, 1),
        nn.LeakyReLU(setting.SLOPE),
        nn.Dropout(setting.DROPOUT),
        nn.Conv2d(64, 128, 3, 2, 1),
        nn.LeakyReLU(setting.SLOPE),
        nn.Dropout(setting.DROPOUT),
        nn.Flatten(),
        nn.Linear(9 * 128, 1),
    )
