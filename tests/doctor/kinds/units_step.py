from random import random
from math import exp
# -- network: list of layers, each a list of dicts
def init_net(n_in, n_h, n_out):
    return [[{'w': [random() for _ in range(n_in)], 'bias': random()} for _ in range(n_h)],
            [{'w': [random() for _ in range(n_h)], 'bias': random()} for _ in range(n_out)]]
def sigma(t): return 1/(1+exp(-t))
def forward(net, x):
    for layer in net:
        out = []
        for node in layer:
            node['in'] = x
            node['out'] = sigma(sum(a*b for a, b in zip(node['w'], x)) + node['bias'])
            out.append(node['out'])
        x = out
    return x
def backward(net, target):
    for l in range(len(net)-1, -1, -1):
        for j in range(len(net[l])):
            node = net[l][j]
            if l == len(net)-1:
                err = node['out'] - target[j]
            else:
                err = sum(nxt['w'][j]*nxt['delta'] for nxt in net[l+1])
            node['delta'] = err*node['out']*(1-node['out'])
def train_step(net, x, target, eta):
    forward(net, x)
    backward(net, target)
    for layer in net:
        for node in layer:
            for i in range(len(node['w'])):
                node['w'][i] -= eta*node['delta']*node['in'][i]
            node['bias'] -= eta*node['delta']
