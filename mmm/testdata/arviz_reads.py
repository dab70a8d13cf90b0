"""Opens a saved fit with ArviZ and compares all of it with what was saved.

Usage: arviz_reads.py FIT.nc EXPECTED.json

Works with ArviZ 0.x, which reads an InferenceData, and 1.x, which reads a
DataTree. Prints one line per engine: what was compared.
"""

import json
import sys

import arviz
import numpy

path, expected_path = sys.argv[1:]
with open(expected_path, encoding="utf-8") as f:
    expected = json.load(f)


def dataset(data, group):
    g = data[group]
    return g.to_dataset() if hasattr(g, "to_dataset") else g


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}: got {got!r}, want {want!r}")


for engine in ("h5netcdf", "netcdf4"):
    data = arviz.from_netcdf(path, engine=engine)
    variables = values = 0
    for name, want in expected["attributes"].items():
        check(f"{engine}: attribute {name}", data.attrs[name], want)
    for group, wanted in expected["groups"].items():
        got = dataset(data, group)
        check(f"{engine}: {group}", sorted(map(str, got.variables)), sorted(wanted))
        for name, want in wanted.items():
            where = f"{engine}: {group}/{name}"
            x = got[name]
            check(where, list(x.dims), want["dims"])
            a = x.values
            if want["kind"] == "date":
                check(where, a.dtype.kind, "M")
                a = numpy.datetime_as_string(a, unit="D")
            elif want["kind"] == "text":
                a = numpy.array([str(s) for s in a.ravel()]).reshape(a.shape)
            else:
                check(where, str(a.dtype), want["kind"])
            check(where, list(a.shape), want["shape"])
            check(where, a.ravel().tolist(), want["values"])
            variables += 1
            values += a.size
    summary = arviz.summary(data, var_names=["intercept"])
    check(f"{engine}: rows of the summary", list(summary.index), ["intercept"])
    print(f"ok arviz {arviz.__version__} {engine}: {variables} variables, {values} values")
