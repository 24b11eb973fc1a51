"""The servers beside `clearprop serve`: scikit-learn's MLP, and a handler that answers zeros.

Both are what one would write with Starlette, under the settings of `clearprop serve`.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import polars as pl
import uvicorn
from sklearn.neural_network import MLPClassifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def main() -> None:
    table = pl.read_csv(sys.argv[1])
    target, *names = table.columns
    classes = sorted(table[target].unique().to_list())
    model = MLPClassifier((256, 128), max_iter=3)
    if sys.argv[2] == "sklearn":
        few = table.head(2000)
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(few.select(names).to_numpy().astype(np.float32), few[target].to_numpy())
        classes = model.classes_.tolist()

    async def predict(request: Request) -> JSONResponse:
        rows = json.loads(await request.body())
        rows = rows if isinstance(rows, list) else [rows]
        X = np.array([[row[name] for name in names] for row in rows], np.float32)
        shares = model.predict_proba(X)
        best = shares.argmax(axis=1)
        return JSONResponse(
            {
                "predictions": [
                    {"label": classes[k], "probabilities": dict(zip(classes, values, strict=True))}
                    for k, values in zip(best.tolist(), shares.tolist(), strict=True)
                ]
            }
        )

    async def zeros(request: Request) -> JSONResponse:
        rows = json.loads(await request.body())
        rows = rows if isinstance(rows, list) else [rows]
        shares = dict.fromkeys(classes, 0.0)
        answer = {"label": classes[0], "probabilities": shares}
        return JSONResponse({"predictions": [answer for _ in rows]})

    handler = {"sklearn": predict, "zeros": zeros}[sys.argv[2]]
    app = Starlette(routes=[Route("/predict", handler, methods=["POST"])])
    uvicorn.run(
        app,
        port=int(sys.argv[3]),
        access_log=False,
        log_level="warning",
        lifespan="off",
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main()
