import math

class Value:
    def __init__(self, data, _children=()):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(_children)

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

    def relu(self):
        out = Value(max(0, self.data), (self,))
        def _backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = _backward
        return out

    def backward(self):
        topo, visited = [], set()
        def build_topo(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build_topo(child)
                topo.append(v)
        build_topo(self)
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    __radd__ = __add__
    __rmul__ = __mul__

def net_loss(w1, b1, w2, b2, inputs, targets):
    """all weights are lists of Value; sum of squares over the batch"""
    total = Value(0)
    for x, t in zip(inputs, targets):
        h = [sum((w * v for w, v in zip(row, x)), b).relu() for row, b in zip(w1, b1)]
        y = [sum((w * v for w, v in zip(row, h)), b) for row, b in zip(w2, b2)]
        for yi, ti in zip(y, t):
            e = yi + (-ti)
            total = total + e * e
    return total
