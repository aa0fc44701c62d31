"""bench/uncertainty_make.py: an inventory of 25,000 lines that share 240 factors, as raw little-endian columns.

The formula of every number is in bench/README.md. The exact mean and standard deviation of the total are written
beside it: products of independent variables have both in closed form, whatever their shapes.

uncertainty_make.py FOLDER

SPDX-License-Identifier: Apache-2.0
"""
import os, sys
import numpy as np
from facts_make import bits, splitmix64

LINES, FACTORS = 25000, 240
SEED_LINE, SEED_FACTOR = 20220103, 20231117
SIGMAS = 1.959963984540054  # half of the 95 % range of a normal variable, in standard deviations


def shaped(mean, half, lognormal):
    """Where and how wide: loc + scale z is drawn, or its exponential, with this mean and standard deviation."""
    deviation = mean * half / SIGMAS
    wide = np.sqrt(np.log1p((half / SIGMAS) ** 2))
    return dict(loc=np.where(lognormal, np.log(mean) - wide ** 2 / 2, mean), scale=np.where(lognormal, wide, deviation),
                mean=mean, deviation=deviation, lognormal=lognormal.astype(np.uint8))


def make():
    z = splitmix64(SEED_LINE, np.arange(LINES))
    line = shaped((bits(z, 0, 20) + np.uint64(1)).astype(float) / 64, 0.05 + 0.45 * (bits(z, 20, 16).astype(float) / 65536),
                  bits(z, 36, 1) == 1)
    of = (bits(z, 40, 24) % np.uint64(FACTORS)).astype(np.uint16)
    z = splitmix64(SEED_FACTOR, np.arange(FACTORS))
    factor = shaped(0.5 + 2.5 * (bits(z, 0, 16).astype(float) / 65536), 0.02 + 0.28 * (bits(z, 20, 16).astype(float) / 65536),
                    bits(z, 36, 1) == 1)
    columns = {"line_" + k: v for k, v in line.items()}
    columns.update({"factor_" + k: v for k, v in factor.items()}, line_factor=of)
    return columns


def exact(c):
    mean = np.bincount(c["line_factor"], c["line_mean"], FACTORS)
    variance = np.bincount(c["line_factor"], c["line_deviation"] ** 2, FACTORS)
    f, v = c["factor_mean"], c["factor_deviation"] ** 2
    return np.array([np.sum(f * mean), np.sqrt(np.sum(v * (mean ** 2 + variance) + f ** 2 * variance))])


if __name__ == "__main__":
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    columns = make()
    columns["exact"] = exact(columns)
    for name, values in columns.items():
        type_name = {"float64": "f64", "uint8": "u8", "uint16": "u16"}[values.dtype.name]
        values.astype(values.dtype.newbyteorder("<")).tofile(os.path.join(folder, f"{name}.{type_name}"))
    open(os.path.join(folder, "made"), "w").close()
