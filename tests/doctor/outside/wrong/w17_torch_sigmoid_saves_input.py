import torch
import torch.nn as nn
import torch.nn.functional as F

class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        y, = ctx.saved_tensors
        return grad_output * y * (1 - y)

class Net(nn.Module):
    def __init__(self, n_in=4, n_hidden=5, n_out=3):
        super().__init__()
        self.fc1 = nn.Linear(n_in, n_hidden)
        self.fc2 = nn.Linear(n_hidden, n_out)

    def forward(self, x):
        x = MySigmoid.apply(self.fc1(x))
        return self.fc2(x)

def loss_fn(model, x, y):
    return F.cross_entropy(model(x), y)
