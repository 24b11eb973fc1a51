"""H: from a cold process to a trained model on the bundled digits."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.processes import in_turn, python

# The same network, split and number of epochs; its accuracy is printed, its model pickled.
SKLEARN = """
import pickle, sys, warnings
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
warnings.simplefilter("ignore")
X, Xt, y, yt = train_test_split(*load_digits(return_X_y=True), test_size=0.2, stratify=None)
scaler = StandardScaler().fit(X)
model = MLPClassifier((32,), batch_size=64, max_iter=100, n_iter_no_change=100)
model.fit(scaler.transform(X), y)
print(model.score(scaler.transform(Xt), yt))
pickle.dump((scaler, model), open(sys.argv[1], "wb"))
"""


def measure(args: Any) -> dict[str, Any]:
    """Cold start: clearprop train digits, 32 units, 100 epochs, and a scikit-learn script."""
    with tempfile.TemporaryDirectory() as folder:
        command = str(Path(sys.executable).parent / "clearprop")
        train = [command, "train", "digits", "--hidden", "32", "--epochs", "100", "--shift", "0"]
        return in_turn(
            {
                "clearprop": [*train, "--out", f"{folder}/model.safetensors"],
                "sklearn": python("-c", SKLEARN, f"{folder}/model.pickle"),
            },
            args.repeats,
        )
