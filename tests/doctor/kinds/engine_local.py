import math, random
class Node:
    def __init__(self, data, parents=(), local=()):
        self.data, self.grad = data, 0
        self.parents, self.local = parents, local
    def __add__(self, o):
        o = o if isinstance(o, Node) else Node(o)
        return Node(self.data + o.data, (self, o), (1, 1))
    def __mul__(self, o):
        o = o if isinstance(o, Node) else Node(o)
        return Node(self.data * o.data, (self, o), (o.data, self.data))
    def log(self): return Node(math.log(self.data), (self,), (1/self.data,))
    def sigmoid(self):
        s = 1/(1+math.exp(-self.data))
        return Node(s, (self,), (s*(1-s),))
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if id(v) in seen: return
            seen.add(id(v))
            for p in v.parents: visit(p)
            order.append(v)
        visit(self)
        self.grad = 1
        for v in reversed(order):
            for p, l in zip(v.parents, v.local):
                p.grad += l * v.grad
    __radd__ = __add__
    __rmul__ = __mul__

def forward(params, x):
    W1, b1, W2, b2 = params
    h = [(sum((w*a for w, a in zip(row, x)), b)).sigmoid() for row, b in zip(W1, b1)]
    return [(sum((w*a for w, a in zip(row, h)), b)).sigmoid() for row, b in zip(W2, b2)]

def loss_fn(params, X, Y):
    total = Node(0)
    for x, t in zip(X, Y):
        for p, y in zip(forward(params, x), t):
            total = total + (p.log() * (-y)) + ((p * -1 + 1).log() * (-(1 - y)))
    return total * (1 / len(X))
