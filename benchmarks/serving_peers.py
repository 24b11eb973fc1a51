"""The servers beside `clearprop serve`: scikit-learn's MLP, zeros, and the service with a constant.

The first two are what one would write with Starlette, under the settings of `clearprop serve`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import uvicorn
from sklearn.neural_network import MLPClassifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from clearprop.serve import server
from clearprop.serve.served import Served
from clearprop.serve.service import Service
from clearprop.server.listening import listening


def constant(path: str, port: int) -> None:
    """`clearprop serve` without its encoder and its network."""
    service = Service(Served.of(Path(path)))
    served = service.served
    n, K = served.model.network.n_inputs, served.model.network.n_outputs
    X, h = np.zeros((10_000, n), np.float32), np.full((10_000, K), 1 / K, np.float32)
    served.ordinary.inputs = lambda rows: X[: len(rows)]  # type: ignore[method-assign]
    served.__dict__["at_once"] = lambda X: h[: len(X)]
    app = server.application(service, server.access("127.0.0.1", None), print)
    server.serve(app, service, listening("127.0.0.1", port, port), None)


def main() -> None:
    if sys.argv[2] == "constant":
        constant(sys.argv[4], int(sys.argv[3]))
        return
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
