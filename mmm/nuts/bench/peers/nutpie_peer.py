"""Samples the case study's posterior and writes outcome.json and draws.bin.

usage: nutpie_peer.py WORK OUT SEED CHAINS WARMUP DRAWS TARGET CORES diagonal|low-rank
"""

import json
import os
import platform
import sys
import time
import warnings

import numpy as np
import nutpie
import pymc as pm
import pytensor.tensor as pt

warnings.filterwarnings("ignore")
LAGS = 6
BLOCKS = ["intercept", "y_sigma", "beta", "lam", "alpha", "control", "season"]


def case_study(work):
    def table(name):
        return np.loadtxt(os.path.join(work, name + ".csv"), delimiter=",")

    y, x, z, f, share = (table(name) for name in ("y", "x", "z", "f", "share"))
    lagged = np.zeros((LAGS, *x.shape))
    for lag in range(LAGS):
        lagged[lag, lag:] = x[: len(x) - lag]
    channels = x.shape[1]
    with pm.Model() as model:
        intercept = pm.Normal("intercept", 0.2, 0.05)
        sigma = pm.HalfNormal("y_sigma", 1)
        beta = pm.HalfNormal("beta", share, shape=channels)
        lam = pm.Gamma("lam", alpha=3, beta=1, shape=channels)
        alpha = pm.Beta("alpha", 1, 3, shape=channels)
        control = pm.Normal("control", 0, 1, shape=z.shape[1])
        season = pm.Laplace("season", 0, 1, shape=f.shape[1])
        weights = alpha[None, :] ** np.arange(LAGS)[:, None]
        weights = weights / weights.sum(axis=0)
        stock = (lagged * weights[:, None, :]).sum(axis=0)
        decay = pt.exp(-lam * stock)
        media = (beta * (1 - decay) / (1 + decay)).sum(axis=1)
        mu = intercept + media + z @ control + f @ season
        pm.TruncatedNormal("y", mu=mu, sigma=sigma, lower=0, observed=y)
    return model


def main(work, out, seed, chains, warmup, draws, target, cores, metric):
    options = dict(chains=int(chains), cores=int(cores), target_accept=float(target), progress_bar=False)
    if metric == "low-rank":
        options["low_rank_modified_mass_matrix"] = True
    began = time.perf_counter()
    compiled = nutpie.compile_pymc_model(case_study(work))
    # A few draws make sure that nothing is left to compile.
    nutpie.sample(compiled, tune=20, draws=20, seed=1, **options)
    compile_seconds = time.perf_counter() - began

    began, used = time.perf_counter(), time.process_time()
    trace = nutpie.sample(compiled, tune=int(warmup), draws=int(draws), seed=int(seed), **options)
    wall, cpu = time.perf_counter() - began, time.process_time() - used

    blocks = [np.asarray(trace.posterior[name]) for name in BLOCKS]
    values = np.concatenate([b.reshape(int(chains), int(draws), -1) for b in blocks], axis=2)
    values.astype("<f8").tofile(os.path.join(out, "draws.bin"))
    kept = int(np.asarray(trace.sample_stats["n_steps"]).sum())
    outcome = {
        "version": f"nutpie {nutpie.__version__}, PyMC {pm.__version__}, Python {platform.python_version()}",
        "wall": wall,
        "cpu": cpu,
        "compile": compile_seconds,
        "gradients": kept + int(np.asarray(trace.warmup_sample_stats["n_steps"]).sum()),
        "leapfrogs": kept,
        "divergences": int(np.asarray(trace.sample_stats["diverging"]).sum()),
    }
    with open(os.path.join(out, "outcome.json"), "w") as file:
        json.dump(outcome, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
