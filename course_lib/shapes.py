"""Sizes of layer outputs, along one axis: integers in, integers out.

Each function answers for one axis (height or width) of one layer. The rules are
those of Keras with the TensorFlow backend. For `same` padding they differ from
PyTorch's, because Keras lets the padding be one larger at the end than at the
beginning.

All raise a `TypeError` if a size is not a whole number, and a `ValueError` if it is
below 1, `padding` is unknown, the window does not fit into the image, or both
`strides` and `dilation_rate` exceed 1.

Reference:
    V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep
    learning, 2016, arXiv:1603.07285.
"""

from collections.abc import Sequence

from course_lib._arguments import padding_name, steps_and_dilations, whole_number

Size = int | Sequence[int]
"""An integer for both axes, or a pair `(height, width)`."""


def pool_output_size(
    n: int, pool_size: int, strides: int | None = None, padding: str = "valid"
) -> int:
    """Output size of a pooling layer, along one axis.

    Args:
        n: Input size in pixels.
        pool_size: Window size in pixels.
        strides: Step of the window in pixels; `None` means `pool_size`.
        padding: `"valid"` keeps only whole windows; `"same"` keeps `ceil(n / strides)`.

    Returns:
        Output size in pixels.

    Example:
        >>> pool_output_size(5, 2), pool_output_size(5, 2, padding="same")
        (2, 3)
    """
    strides = pool_size if strides is None else strides
    step, extent = _step_and_extent(pool_size, strides, 1, "pool_size")
    return _places(n, extent, step, padding, "pool_size")


def conv_output_size(
    n: int,
    kernel_size: int,
    strides: int = 1,
    padding: str = "valid",
    dilation_rate: int = 1,
) -> int:
    """Output size of a convolution, along one axis.

    Args:
        n: Input size in pixels.
        kernel_size: Kernel size in weights.
        strides: Step of the kernel over the input, in pixels.
        padding: `"valid"` or `"same"`.
        dilation_rate: Distance between neighbouring weights, in pixels.

    Returns:
        Output size in pixels.

    Example:
        >>> conv_output_size(8, 3), conv_output_size(8, 3, padding="same")
        (6, 8)
    """
    step, extent = _step_and_extent(kernel_size, strides, dilation_rate)
    return _places(n, extent, step, padding, "kernel_size")


def conv_transpose_output_size(
    n: int,
    kernel_size: int,
    strides: int = 1,
    padding: str = "valid",
    output_padding: int | None = None,
    dilation_rate: int = 1,
) -> int:
    """Output size of a transposed convolution, along one axis.

    The output is an image that a convolution with the same arguments shrinks to
    `n` pixels. Several sizes qualify as soon as `strides` exceeds 1. With
    `output_padding=None` Keras picks `(n - 1) * strides + max(kernel_size, strides)`
    for `valid` and `n * strides` for `same`. A number picks
    `(n - 1) * strides + kernel_size + output_padding` for `valid` and
    `(n - 1) * strides + kernel_size % 2 + output_padding` for `same`.

    Args:
        n: Input size in pixels.
        kernel_size: Kernel size in weights.
        strides: Distance between the stamps on the output, in pixels.
        padding: `"valid"` or `"same"`.
        output_padding: `None`, or which of the legal sizes to pick: 0 or more and
            less than `strides`.
        dilation_rate: Distance between neighbouring weights, in pixels.

    Returns:
        Output size in pixels.

    Raises:
        ValueError: Also if `output_padding` asks for a size that no convolution
            shrinks to `n`.

    Example:
        >>> conv_transpose_output_size(5, 3, 2)
        11
        >>> conv_transpose_output_size(5, 3, 2, "same")
        10
    """
    n = whole_number(n, "n")
    step, extent = _step_and_extent(kernel_size, strides, dilation_rate)
    same = padding_name(padding) == "same"
    if output_padding is None:
        return n * step if same else (n - 1) * step + max(extent, step)
    extra = whole_number(output_padding, "output_padding", minimum=0)
    if extra >= step:
        raise ValueError(
            f"output_padding must be less than strides; got output_padding={extra} "
            f"with strides={step}"
        )
    size = (n - 1) * step + (extent % 2 if same else extent) + extra
    if same and size <= (n - 1) * step:
        raise ValueError(
            f"output_padding=0 with an even kernel and same padding gives {size} "
            f"pixels, which a convolution with strides={step} does not shrink to {n}; "
            "leave output_padding at None, or enlarge it or the kernel"
        )
    return size


def padding_amounts(
    n: int,
    kernel_size: int,
    strides: int = 1,
    padding: str = "valid",
    dilation_rate: int = 1,
) -> tuple[int, int]:
    """Pixels that a convolution or pooling adds before and after an image.

    An odd total puts the extra pixel at the end. A transposed convolution with the
    output size `n` crops the same amounts.

    Args:
        n: Size in pixels of the image to be padded.
        kernel_size: This and the others are those of `conv_output_size`.
        strides: Step of the window in pixels.
        padding: `"valid"` (nothing is added) or `"same"`.
        dilation_rate: Distance between neighbouring weights, in pixels.

    Returns:
        `(before, after)` in pixels, both 0 or more.

    Example:
        >>> padding_amounts(10, 3, strides=2, padding="same")
        (0, 1)
    """
    n = whole_number(n, "n")
    step, extent = _step_and_extent(kernel_size, strides, dilation_rate)
    if padding_name(padding) == "valid":
        return 0, 0
    total = max((-(-n // step) - 1) * step + extent - n, 0)
    return total // 2, total - total // 2


def plan_stages(
    image_size: int, stages: int | None = None, *, largest: int = 8, crop: bool = False
) -> tuple[int, ...]:
    """Plans backwards which sizes a generator's maps have, along one axis.

    Each stage doubles the size, so half the image comes before the last stage, and
    half of that before the one before it.

    Args:
        image_size: Size of the image in pixels.
        stages: How many double the size; by default until the first maps have
            `largest` pixels or fewer, at least one.
        largest: Most pixels of the first maps, if `stages` is not given.
        crop: Whether a stage may leave out its last row where that makes the size odd:
            `Cropping2D(((0, 1), (0, 1)))` after `UpSampling2D(2)`, or
            `output_padding=0` in a `Conv2DTranspose` with `same` and an odd kernel.

    Returns:
        Sizes in pixels from the first maps to the image, one more than stages.

    Raises:
        ValueError: If the image can't be halved so often: it says which sizes could.

    Example:
        >>> plan_stages(28), plan_stages(25, crop=True)
        ((7, 14, 28), (7, 13, 25))
    """
    n = whole_number(image_size, "image_size")
    if stages is None:
        stages = 1
        while n > whole_number(largest, "largest") << stages:
            stages += 1
    factor = 2 ** whole_number(stages, "stages")
    if n <= factor // 2:
        raise ValueError(
            f"image_size must be more than {factor // 2}, as {stages} stages double a "
            f"first map of one pixel or more; got {n}. Take fewer stages"
        )
    if n % factor and not crop:
        below = n - n % factor
        near = f"{below} or {below + factor}" if below else f"{factor}"
        raise ValueError(
            f"image_size must be a multiple of {factor}, as {stages} stages double the "
            f"sides; got {n}. Take {near}, or crop a row after a stage"
        )
    return tuple(-(-n // 2**halvings) for halvings in range(stages, -1, -1))


def _places(n: int, extent: int, step: int, padding: str, name: str) -> int:
    """Counts the places of a window that spans so many pixels."""
    n = whole_number(n, "n")
    if padding_name(padding) == "same":
        return -(-n // step)
    if extent > n:
        raise ValueError(
            f"{name} must fit into the image with valid padding; got a window of "
            f'{extent} pixels over {n}. Use a smaller one, or padding="same"'
        )
    return (n - extent) // step + 1


def _step_and_extent(
    size: int, strides: int, dilation_rate: int, name: str = "kernel_size"
) -> tuple[int, int]:
    """Checks the three; the extent is what the dilated window spans, in pixels."""
    size = whole_number(size, name)
    step = whole_number(strides, "strides")
    dilation = whole_number(dilation_rate, "dilation_rate")
    steps_and_dilations(step, dilation)
    return step, (size - 1) * dilation + 1
