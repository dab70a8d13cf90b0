"""Reads every *.in.ipynb of a folder with Python's nbformat and writes it as
*.want.ipynb, with the cell ids that ours gives where the format had none; then
validates every *.got.ipynb against the schema of format 4.5."""
import glob, json, sys
import nbformat

read = validated = 0
for path in sorted(glob.glob(sys.argv[1] + "/*.in.ipynb")):
    with open(path, encoding="utf-8") as f:
        raw = json.load(f)
    nb = nbformat.read(path, as_version=4)
    nb.nbformat_minor = 5
    for i, (cell, old) in enumerate(zip(nb.cells, raw.get("cells") or [None] * len(nb.cells))):
        if old is None or "id" not in old:
            cell["id"] = f"cell-{i + 1}"
    nbformat.write(nb, path.replace(".in.", ".want."))
    read += 1
for path in sorted(glob.glob(sys.argv[1] + "/*.got.ipynb")):
    nb = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(nb)
    validated += 1
print("ok", nbformat.__version__, read, validated)
