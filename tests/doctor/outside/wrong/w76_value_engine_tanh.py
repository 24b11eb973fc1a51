import math
import random

class Value:
    """scalar with gradient, my own tiny autograd"""
    def __init__(self, data, children=()):
        self.data, self.grad = data, 0.0
        self._prev, self._backward = set(children), lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))
        def _backward():
            self.grad += (1 - t) ** 2 * out.grad
        out._backward = _backward
        return out

    def backward(self):
        topo, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for c in v._prev:
                    build(c)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()

    __radd__, __rmul__ = __add__, __mul__

def loss(W1, b1, W2, b2, xs, ys):
    """W1[j][i], W2[k][j]: lists of Value; mean of 1/2 (o - y)^2"""
    total = Value(0.0)
    for x, y in zip(xs, ys):
        h = [(sum((w * xi for w, xi in zip(row, x)), b)).tanh() for row, b in zip(W1, b1)]
        o = [sum((w * hj for w, hj in zip(row, h)), b) for row, b in zip(W2, b2)]
        for ok, yk in zip(o, y):
            diff = ok + (-1.0 * yk)
            total = total + diff * diff * (0.5 / len(xs))
    return total
