"""How far a training is, and checkpoints from which it goes on as if uninterrupted."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.backend import keras


class Progress(keras.callbacks.Callback):
    """Counts epochs and steps, and stops at NaN, before others save anything."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.model.step = batch + 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        for name in ("d_loss", "g_loss"):
            if not np.isfinite(logs[name]):
                _stop(name, logs[name], epoch)
        self.model.epochs_done += 1
        self.model.epoch, self.model.step = epoch + 1, 0
        self.model.steps_to_skip = 0

    def on_train_end(self, logs: Any = None) -> None:
        """Gives averaged weights to the networks of optimizers that keep them."""
        gan = self.model
        gan.g_optimizer.finalize_variable_values(gan.generator.trainable_variables)
        gan.d_optimizer.finalize_variable_values(gan.discriminator.trainable_variables)


class Backup(keras.callbacks.Callback):
    """Does what BackupAndRestore is for, with one file that holds everything.

    That of Keras knows neither the steps of an epoch nor the order of the images, and
    writes two files, so that a run may be killed between them.
    """

    def __init__(self, asked: keras.callbacks.BackupAndRestore, gan: Any) -> None:
        super().__init__()
        self.path = Path(asked.backup_dir) / "latest.weights.h5"
        self.save_freq = asked.save_freq
        self.delete_checkpoint = asked.delete_checkpoint
        self.unsaved_steps = 0
        if self.path.exists():
            gan.load_weights(self.path)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.save_freq == "epoch" or self.model.steps_to_skip:
            return
        self.unsaved_steps += self.model.steps_per_execution
        if self.unsaved_steps >= self.save_freq:
            self.unsaved_steps = 0
            self._save()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.save_freq == "epoch":
            self._save()

    def on_train_end(self, logs: Any = None) -> None:
        if self.delete_checkpoint:
            self.path.unlink(missing_ok=True)
            with suppress(OSError):  # it holds something else, or was never made
                self.path.parent.rmdir()

    def _save(self) -> None:
        for name in ("generator", "discriminator"):
            weights = getattr(self.model, name).get_weights()
            if not all(np.isfinite(weight).all() for weight in weights):
                _stop(f"a weight of the {name}", np.nan, self.model.epoch)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(self.path)


def _stop(name: str, value: float, epoch: int) -> None:
    raise FloatingPointError(
        f"{name} is {value} in epoch {epoch + 1}, so the weights are lost. Start again "
        "with a lower learning rate, check that the images are finite and in the range "
        "of the generator's output, or give the optimizers clipnorm=1"
    )
