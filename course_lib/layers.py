"""Keras layers and initializers built on the equivalences of `kernels`."""

from typing import Any

import numpy as np

from course_lib import kernels, shapes
from course_lib._arguments import pair, whole_number
from course_lib.backend import keras


@keras.saving.register_keras_serializable("course_lib")
class UpsampledConv2D(keras.layers.Conv2D):
    """`UpSampling2D` followed by `Conv2D`, computed on the small image.

    The layer has the weights of the `Conv2D`, kernel `(kernel height, kernel width,
    in, filters)` and bias `(filters,)`, and gives the outputs and gradients of the
    pair, to rounding. In each step it folds the kernel into that of a transposed
    convolution with `size` as its strides (`kernels.fold_upsampling`): 16 instead of
    36 multiply-adds for each small pixel with a 3x3 kernel and factor 2.

    Upsampling is `nearest`, padding `same`, and images are `channels_last`.

    Args:
        filters: Number of maps that come out, at least 1.
        kernel_size: Size of the kernel that slides over the enlarged image, an int
            or `(height, width)`.
        size: Factor for rows and columns, an int or `(height, width)`.
        activation: Keras' name of the activation, or a function. It and all that
            follow, in `**kwargs` too, are arguments of every `Conv2D`.

    Returns:
        From images of shape `(batch, height, width, channels)`, images of shape
        `(batch, height * size[0], width * size[1], filters)`.

    Raises:
        TypeError: If a size is not a whole number.
        ValueError: If a size is below 1, or the input is not a batch of images.

    Reference:
        W. Shi and others, Is the deconvolution layer the same as a convolutional
        layer?, 2016, arXiv:1609.07009.

    Example:
        >>> layer = UpsampledConv2D(64, 3, name="enlarge")
        >>> layer(np.zeros((1, 14, 14, 128), "float32")).shape
        TensorShape([1, 28, 28, 64])
    """

    def __init__(
        self,
        filters: int,
        kernel_size: shapes.Size,
        size: shapes.Size = 2,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            whole_number(filters, "filters"),
            pair(kernel_size, "kernel_size"),
            padding="same",
            data_format="channels_last",
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            **kwargs,
        )
        self.size = pair(size, "size")

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Folds the kernel and runs the transposed convolution."""
        return keras.ops.conv_transpose(
            keras.ops.cast(inputs, self.compute_dtype),
            folded_kernel(keras.ops.cast(kernel, self.compute_dtype), self.size),
            self.size,
            padding="same",
            data_format="channels_last",
        )

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Multiplies height and width by `size`; an unknown size stays unknown."""
        pairs = zip(input_shape, (1, *self.size, 1), strict=True)
        return super().compute_output_shape(tuple(n and n * by for n, by in pairs))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments, so that the layer is saved like any other."""
        fixed = "strides", "padding", "data_format", "dilation_rate", "groups"
        given = {k: v for k, v in super().get_config().items() if k not in fixed}
        return {**given, "size": self.size}


@keras.saving.register_keras_serializable("course_lib")
class ICNR(keras.initializers.Initializer):
    """Starts a sub-pixel convolution as a convolution and nearest upsampling.

    Sub-pixel convolution is `Conv2D(out * block_size ** 2)` and then depth-to-space.
    All maps that end up in one block get the same starting weights, drawn by another
    initializer.

    Args:
        block_size: Pixels along each side of a block, at least 1.
        initializer: Draws the weights of one map of a block.

    Raises:
        TypeError: If `block_size` is not a whole number.
        ValueError: If it is below 1, or the kernel's filters are not a multiple of
            `block_size ** 2`.

    Reference:
        A. Aitken and others, Checkerboard artifact free sub-pixel convolution, 2017,
        arXiv:1707.02937.

    Example:
        >>> kernel = ICNR(2, "glorot_uniform")((3, 3, 8, 4))
        >>> bool(np.ptp(kernel, axis=-1).max() == 0)
        True
    """

    def __init__(self, block_size: int, initializer: Any = "glorot_uniform") -> None:
        self.block_size = whole_number(block_size, "block_size")
        self.initializer = keras.initializers.get(initializer)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Draws a kernel of shape `(kernel height, kernel width, in, filters)`."""
        block = self.block_size**2
        *others, filters = shape
        if len(shape) != 4 or filters % block:
            raise ValueError(
                "ICNR is for kernels of shape (kernel height, kernel width, in, "
                f"filters), where filters must be a multiple of block_size ** 2 = "
                f"{block}; got {tuple(shape)}"
            )
        one_of_each = self.initializer((*others, filters // block), dtype=dtype)
        return keras.ops.tile(one_of_each, (1, 1, 1, block))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments, so that models with it can be saved."""
        return {
            "block_size": self.block_size,
            "initializer": keras.initializers.serialize(self.initializer),
        }


@keras.saving.register_keras_serializable("course_lib")
class BilinearStart(keras.initializers.Initializer):
    """Starts a transposed convolution as bilinear upsampling of a 1x1 convolution.

    Every stamp gets the shape of `kernels.bilinear_kernel`, times a number for each
    pair of maps, drawn by another initializer: the weights of the 1x1 convolution.

    Args:
        size: Factor of the enlargement, the layer's strides: an int or `(height,
            width)`.
        initializer: Draws the numbers, with shape `(1, 1, out, in)`.

    Raises:
        TypeError: If `size` is not whole.
        ValueError: If it is below 1, or the layer's kernel has another size than the
            bilinear one.

    Reference:
        J. Long, E. Shelhamer and T. Darrell, Fully convolutional networks for
        semantic segmentation, 2015, arXiv:1411.4038.

    Example:
        >>> kernel = BilinearStart(2, "ones")((4, 4, 1, 8))
        >>> np.asarray(kernel)[0, :, 0, 7] * 16
        array([1., 3., 3., 1.], dtype=float32)
    """

    def __init__(self, size: shapes.Size, initializer: Any = "glorot_uniform") -> None:
        self.size = pair(size, "size")
        self.initializer = keras.initializers.get(initializer)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Draws a kernel of shape `(kernel height, kernel width, out, in)`."""
        stamp = kernels.bilinear_kernel(self.size, channels=1)
        if len(shape) != 4 or tuple(shape[:2]) != stamp.shape[:2]:
            raise ValueError(
                f"BilinearStart({self.size}) is for kernels of shape "
                f"{stamp.shape[:2]} + (out, in); got {tuple(shape)}"
            )
        numbers = self.initializer((1, 1, *shape[2:]), dtype=dtype)
        return keras.ops.multiply(keras.ops.cast(stamp, numbers.dtype), numbers)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments, so that models with it can be saved."""
        return {
            "size": self.size,
            "initializer": keras.initializers.serialize(self.initializer),
        }


def folded_kernel(kernel: Any, size: tuple[int, int]) -> Any:
    """Folds nearest upsampling into the kernel of the convolution after it.

    As `kernels.fold_upsampling`, for tensors and differentiable; to be used with
    `size` as strides and padding `same`, for which an even kernel gets a zero more.

    Args:
        kernel: Weights of shape `(kernel height, kernel width, in, out)`.
        size: Factor of the upsampling, `(height, width)`.

    Returns:
        Weights of a transposed convolution, shape `(height, width, out, in)`.

    Example:
        >>> folded_kernel(keras.ops.ones((3, 3, 8, 1)), (2, 2)).shape
        TensorShape([4, 4, 1, 8])
    """
    ops = keras.ops
    rows, columns = map(_folding, kernel.shape[:2], size)
    both = ops.convert_to_tensor(np.kron(rows, columns), kernel.dtype)
    weights = ops.transpose(kernel, (0, 1, 3, 2))
    folded = ops.matmul(both, ops.reshape(weights, (both.shape[1], -1)))
    return ops.reshape(folded, (len(rows), len(columns), *weights.shape[2:]))


def _folding(kernel_size: int, size: int) -> np.ndarray[Any, Any]:
    """The matrix that folds a kernel along one axis, `(folded size, kernel_size)`.

    An even kernel gets a zero at its end: then `same` padding crops where it should.
    """
    units = np.eye(kernel_size, dtype="float32").reshape(kernel_size, 1, 1, -1)
    folded = kernels.fold_upsampling(units, (size, 1))[:, 0, :, 0]
    return np.pad(folded, [(0, 1 - kernel_size % 2), (0, 0)])
