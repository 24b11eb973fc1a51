"""The course's algorithm as it is written on the board: a for-loop over samples.

This is the one place where backward propagation is not vectorised. Read it beside
:func:`clearprop.network.equations.backward`: a test holds the two together. It works for every
activation and every cost of the tables.

Source: A. Ng, *Machine Learning*, week 5, "Backpropagation algorithm".
"""

from __future__ import annotations

import numpy as np

from clearprop.network.activations import ACTIVATIONS
from clearprop.network.architecture import Array, Network
from clearprop.network.costs import cost_of
from clearprop.network.parameters import course_matrices, theta_from_course


def cost_and_gradient_loop(
    network: Network, theta: Array, X: Array, Y: Array
) -> tuple[float, Array]:
    """J and the unrolled D, one sample at a time, in the course's matrices ``Theta^(l)``.

    Parameters
    ----------
    theta
        ``(n_parameters,)``.
    X, Y
        ``(m, s_1)`` and one-hot ``(m, K)``.

    Examples
    --------
    >>> from clearprop import initial_theta
    >>> network = Network((2, 3, 1))
    >>> X, Y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0], [0.0]])
    >>> J, gradient = cost_and_gradient_loop(network, initial_theta(network, 0), X, Y)
    >>> gradient.shape
    (13,)
    """
    g = ACTIVATIONS[network.activation]
    output = cost_of(network)
    Theta = course_matrices(network, theta)  # Theta[l]: (s_{l+1}, s_l + 1)
    Delta = [np.zeros_like(T) for T in Theta]  # Delta[l]: (s_{l+1}, s_l + 1)
    last = len(Theta)
    m = len(X)
    J = 0.0

    for x, y in zip(X, Y, strict=True):
        # Forward propagation: a^(1) = x, then z^(l+1) = Theta^(l) [1; a^(l)].
        a, z = [x], [x]
        for l in range(last):
            z.append(Theta[l] @ np.concatenate([[1.0], a[l]]))  # (s_{l+1},)
            a.append(g.f(np, z[-1]) if l + 1 < last else output.h(np, z[-1]))  # (s_{l+1},)
        J += output.per_output(np, z[last], y).sum()

        # Backward propagation: delta^(L), then delta^(l) = (Theta^(l)' delta^(l+1)) .* g'(z^(l)).
        delta = output.delta(np, a[last], y)  # (K,)
        for l in range(last - 1, -1, -1):
            Delta[l] += np.outer(delta, np.concatenate([[1.0], a[l]]))  # (s_{l+1}, s_l + 1)
            if l > 0:
                back = (Theta[l].T @ delta)[1:]  # (s_l,): the bias unit has no delta
                delta = back * g.prime(np, z[l], a[l])  # (s_l,)

    # D = Delta/m + lambda/m Theta. The bias (column 0) has no term with lambda.
    D = []
    for T, accumulated in zip(Theta, Delta, strict=True):
        without_bias = T.copy()  # (s_{l+1}, s_l + 1)
        without_bias[:, 0] = 0
        D.append((accumulated + network.regularization * without_bias) / m)
        J += network.regularization / 2 * (without_bias**2).sum()
    return float(J / m), theta_from_course(*D)
