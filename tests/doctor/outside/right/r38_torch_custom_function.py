import torch

class Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, weight, bias):
        ctx.save_for_backward(input, weight)
        return input.mm(weight.t()) + bias

    @staticmethod
    def backward(ctx, grad_output):
        input, weight = ctx.saved_tensors
        return grad_output.mm(weight), grad_output.t().mm(input), grad_output.sum(0)

def loss(w1, b1, w2, b2, x, y):
    h = torch.tanh(Linear.apply(x, w1, b1))
    out = Linear.apply(h, w2, b2)
    return torch.nn.functional.cross_entropy(out, y)
