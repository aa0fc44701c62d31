"""bench/uncertainty_peer.py: numpy draws the inventory of bench/uncertainty ten thousand times.

Each of two threads draws a block of inventories that fits its cache: every line, every factor, the lines summed a
factor (they are kept in the order of their factors), times the factor. Mean and deviation are compared with the exact
ones.

uncertainty_peer.py FOLDER [RUNS]: also writes FOLDER/peers.txt: name, least seconds, median seconds.

SPDX-License-Identifier: Apache-2.0
"""
import os, statistics, sys, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np

DRAWS, BLOCK, THREADS = 10000, 50, 2
folder, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
TYPES = {"f64": "<f8", "u8": "u1", "u16": "<u2"}


def column(name):
    return np.fromfile(os.path.join(folder, name), TYPES[name.rsplit(".", 1)[1]])


mean, deviation = column("exact.f64")
of = column("line_factor.u16")
lines = []  # of either shape: where, how wide, first line of each factor, the factors
for shape in (0, 1):
    at = np.flatnonzero(column("line_lognormal.u8") == shape)
    at = at[np.argsort(of[at], kind="stable")]
    factors, first = np.unique(of[at], return_index=True)
    lines.append((column("line_loc.f64")[at], column("line_scale.f64")[at], first, factors))
factor_loc, factor_scale = column("factor_loc.f64"), column("factor_scale.f64")
factor_log = column("factor_lognormal.u8") == 1


def draw(job):
    seed, totals = job
    random = np.random.Generator(np.random.SFC64(seed))
    space = [np.empty((BLOCK, len(loc))) for loc, *_ in lines]
    for start in range(0, len(totals), BLOCK):
        count = min(BLOCK, len(totals) - start)
        factor = factor_loc + factor_scale * random.standard_normal((count, len(factor_loc)))
        np.exp(factor, out=factor, where=factor_log)
        total = 0
        for shape, (loc, scale, first, factors) in enumerate(lines):
            x = space[shape][:count]
            random.standard_normal(out=x)
            x *= scale
            x += loc
            if shape:
                np.exp(x, out=x)
            total = total + np.einsum("df,df->d", np.add.reduceat(x, first, axis=1), factor[:, factors])
        totals[start:start + count] = total


def work(seed):
    totals = np.empty(DRAWS)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(draw, zip(np.random.SeedSequence(seed).spawn(THREADS), np.array_split(totals, THREADS))))
    low, high = np.percentile(totals, (2.5, 97.5))
    return totals.mean(), totals.std(ddof=1), low, high


seconds = []
for run in range(runs):
    start = time.perf_counter()
    got = work(run)
    seconds.append(time.perf_counter() - start)
off = (got[0] - mean) / (deviation / np.sqrt(DRAWS))
print(f"numpy, blocks          {min(seconds) * 1e3:8.1f} ms least, {statistics.median(seconds) * 1e3:8.1f} median of {runs};"
      f" {DRAWS} draws of {sum(len(l[0]) for l in lines)} lines and {len(factor_loc)} factors")
print(f"                       total {got[0]:.6e}, 95 % from {got[2]:.6e} to {got[3]:.6e}; exact mean {mean:.6e}"
      f" ({off:+.1f} standard errors off), deviation {got[1] / deviation:.4f} of the exact {deviation:.4e}")
if abs(off) > 5 or abs(got[1] / deviation - 1) > 0.05:
    sys.exit("numpy: differs from the exact moments")
with open(os.path.join(folder, "peers.txt"), "w") as report:
    report.write(f"numpy, blocks\t{min(seconds)}\t{statistics.median(seconds)}\n")
